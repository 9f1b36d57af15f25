// Known compounds and candidates in the plane in which their fingerprints differ most. Candidates
// that the filters leave out fade; a click opens one.

const spaceMap = (function () {
  let chart = null;
  const measured = data.known.filter((known) => known.value !== null).map((known) => known.value);
  const lowest = Math.min(...measured), highest = Math.max(...measured);

  // From grey-blue (lowest measured) to green (highest); grey where nothing was measured.
  function colourOf(value) {
    if (value === null || lowest === highest) return 'rgba(148, 163, 184, 0.55)';
    const at = (value - lowest) / (highest - lowest);
    return 'hsla(' + (225 - 85 * at) + ', ' + (20 + 45 * at) + '%, ' + (68 - 24 * at) + '%, 0.65)';
  }

  const style = (passing) => rows.map((row) => {
    const colour = store.isSelected(row) ? '#ea580c' : '#1d4ed8';
    return passing.has(row) ? colour : colour + '30';
  });

  function label(item) {
    if (item.datasetIndex === 1) {
      const known = data.known[item.dataIndex];
      return (known.name || 'known compound') + ', measured ' + number(known.value, 2);
    }
    const row = rows[item.dataIndex];
    return '#' + row.values.rank + ', predicted ' + row.activities.map(predictionText).join(' / ');
  }

  function make() {
    const known = data.known.map((one) => ({ x: one.x, y: one.y }));
    const axis = { ticks: { display: false }, grid: { display: false } };
    return new Chart(byId('map'), {
      type: 'scatter',
      data: { datasets: [
        { label: 'candidates', data: rows.map((row) => row.place), pointRadius: 5, pointHoverRadius: 7 },
        { label: 'your compounds, greener the higher', data: known, pointRadius: 2.5,
          pointBackgroundColor: data.known.map((one) => colourOf(one.value)), pointBorderWidth: 0,
          backgroundColor: '#4aa564' }
      ] },
      options: {
        plugins: { tooltip: { callbacks: { label: label } },
          legend: { labels: { boxWidth: 10, boxHeight: 10 } } },
        scales: { x: axis, y: axis },
        onClick: (event, items) => {
          const hit = items.find((item) => item.datasetIndex === 0);
          if (hit) openEnlarged(rows[hit.index]);
        }
      }
    });
  }

  function update(list) {
    if (!byId('map-frame').open) return;
    chart = chart || make();
    const colours = style(new Set(list));
    Object.assign(chart.data.datasets[0], { pointBackgroundColor: colours, pointBorderWidth: 0,
      backgroundColor: '#1d4ed8' });
    chart.update();
  }

  byId('map-frame').hidden = data.known.length === 0;
  byId('map-share').textContent = Math.round(100 * data.map_share);
  byId('map-frame').addEventListener('toggle', () => update(shownRows()));
  return { update };
})();
