// A run under way: asks for its data every other second and shows what has changed.
(function () {
  'use strict';
  const PERIOD = 2000;  // milliseconds
  let shown = -1;  // version of the data on the page
  let curves = '';

  const byId = (id) => document.getElementById(id);

  // Sections come as HTML that fragflow wrote, with all text from data escaped.
  function show(data) {
    byId('run-summary').innerHTML = data.summary;
    byId('run-molecules').innerHTML = data.molecules;
    if (data.curves !== curves) {  // other curves than before, not other points
      curves = data.curves;
      byId('run-curves').innerHTML = curves;
    }
    data.charts.forEach(window.showChart);
    byId('run-report').hidden = !data.report;
    shown = data.version;
  }

  function since(seconds) {
    if (seconds < 120) return Math.round(seconds) + ' s ago';
    return seconds < 7200 ? Math.round(seconds / 60) + ' min ago' : Math.round(seconds / 3600) + ' h ago';
  }

  function setState(text, state, age) {
    byId('run-age').textContent = state === 'training' && age !== null ? 'last record ' + since(age) : '';
    if (byId('run-state').textContent === text) return;  // read aloud only when it changes
    byId('run-state').textContent = text;
    byId('run-state').dataset.state = state;
  }

  async function poll() {
    try {
      const answer = await fetch('data.json?have=' + shown, { cache: 'no-store' });
      if (!answer.ok) throw new Error(answer.status);
      const data = await answer.json();
      if (data.version !== shown) show(data);
      setState(data.text, data.state, data.age);
    } catch (error) {
      setState('No answer: fragflow watch has ended, or the network to it is down.', 'gone', null);
    }
    setTimeout(poll, PERIOD);
  }

  poll();
})();
