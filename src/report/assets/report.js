(function () {
  'use strict';
  const COLOURS = ['#1d4ed8', '#ea580c', '#0d9488', '#9333ea', '#64748b', '#be123c', '#65a30d',
    '#0891b2', '#a16207', '#db2777'];
  const KNOWN = '#94a3b8';
  const data = JSON.parse(document.getElementById('report-data').textContent);

  Chart.defaults.font.family = 'system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif';
  Chart.defaults.font.size = 12;
  // Charts are drawn once, in the colours that the page has then.
  const styles = getComputedStyle(document.documentElement);
  const colourOf = (name) => styles.getPropertyValue(name).trim();
  Chart.defaults.color = colourOf('--soft');
  Chart.defaults.animation = false;
  Chart.defaults.maintainAspectRatio = false;

  const points = (series) => series.x.map((x, i) => ({ x: x, y: series.y[i] }));
  const axis = (text, more) => Object.assign(
    { title: { display: Boolean(text), text: text }, grid: { color: colourOf('--line') + '99' } }, more);
  const legend = (count) => (
    { display: count > 1, labels: { boxWidth: 12, boxHeight: 12, padding: 10 } });

  // A line; where there is a band, two invisible lines with the space between them filled.
  function lines(series, i) {
    const colour = COLOURS[i % COLOURS.length];
    const edge = (values, fill) => ({
      label: '', data: series.x.map((x, k) => ({ x: x, y: values[k] })), borderWidth: 0,
      pointRadius: 0, pointHitRadius: 0, backgroundColor: colour + '22', fill: fill, isBand: true
    });
    const line = {
      label: series.name,
      data: points(series),
      borderColor: colour,
      backgroundColor: colour,
      borderWidth: 1.8,
      pointRadius: series.x.length > 1 ? 0 : 3,
      pointHitRadius: 6,
      tension: series.low ? 0 : 0.15
    };
    return series.low ? [line, edge(series.low, false), edge(series.high, '-1')] : [line];
  }

  function curve(chart) {
    const named = legend(chart.series.length);
    const isLine = (dataset) => !dataset.isBand;
    named.labels.filter = (item, data) => isLine(data.datasets[item.datasetIndex]);
    return {
      type: 'line',
      data: { datasets: chart.series.flatMap(lines) },
      options: {
        interaction: { mode: 'nearest', axis: 'x', intersect: false },
        plugins: { legend: named, tooltip: { filter: (item) => isLine(item.dataset) } },
        scales: {
          x: axis(chart.x_label, { type: 'linear', ticks: { maxTicksLimit: 7 } }),
          y: axis(chart.y_label, {
            type: chart.logarithmic ? 'logarithmic' : 'linear', ticks: { maxTicksLimit: 6 }
          })
        }
      }
    };
  }

  // The first set as bars, the others as stepped outlines over them.
  function histogram(chart) {
    const digits = (value) => Number(value.toPrecision(4));
    const middles = chart.edges.slice(1).map((edge, i) => digits((edge + chart.edges[i]) / 2));
    return {
      type: 'bar',
      data: {
        labels: middles,
        datasets: chart.sets.map((set, i) => {
          const shares = { label: set.name, data: set.shares.map((share) => 100 * share) };
          return Object.assign(shares, i === 0 ? {
            backgroundColor: COLOURS[0] + '99', barPercentage: 1, categoryPercentage: 1, order: 2
          } : {
            type: 'line', stepped: 'middle', borderColor: COLOURS[i], backgroundColor: COLOURS[i],
            borderWidth: 1.6, pointRadius: 0, order: 1
          });
        })
      },
      options: {
        interaction: { mode: 'index', intersect: false },
        plugins: {
          legend: legend(chart.sets.length),
          tooltip: {
            callbacks: {
              title: (items) => digits(chart.edges[items[0].dataIndex]) + ' to ' +
                digits(chart.edges[items[0].dataIndex + 1]),
              label: (item) => item.dataset.label + ': ' + item.parsed.y.toFixed(1) + ' %'
            }
          }
        },
        scales: {
          x: axis('', { grid: { display: false }, ticks: { maxTicksLimit: 6, maxRotation: 0 } }),
          y: axis('% of molecules', { ticks: { maxTicksLimit: 5 } })
        }
      }
    };
  }

  function pointsChart(chart, datasets) {
    return {
      type: 'scatter',
      data: { datasets: datasets },
      options: {
        plugins: { legend: legend(2) },
        scales: { x: axis(chart.x_label, {}), y: axis(chart.y_label, {}) }
      }
    };
  }

  function scatter(chart) {
    const all = chart.series.flatMap((series) => series.x.concat(series.y));
    const numbers = all.filter((value) => value !== null);
    const low = Math.min(...numbers), high = Math.max(...numbers);
    const datasets = chart.series.map((series, i) => ({
      label: series.name,
      data: points(series),
      backgroundColor: (i === 0 ? KNOWN : COLOURS[0]) + '99',
      pointRadius: i === 0 ? 2.5 : 4,
      order: 2 - i
    }));
    datasets.push({
      label: 'equal', type: 'line', data: [{ x: low, y: low }, { x: high, y: high }],
      borderColor: '#9ca3af', borderDash: [5, 5], borderWidth: 1, pointRadius: 0, order: 3
    });
    return pointsChart(chart, datasets);
  }

  // Known compounds grey and green, samples blue, the chosen ones on top; dashed lines over all.
  function plane(chart) {
    const last = chart.series.length - 1;
    const colour = (i) => i === last ? COLOURS[1] :
      i === last - 1 && last > 1 ? COLOURS[0] : i === 0 ? KNOWN : COLOURS[2];
    const datasets = chart.series.map((series, i) => ({
      label: series.name,
      data: points(series),
      backgroundColor: colour(i) + (i === last ? 'ff' : '80'),
      pointRadius: i === last ? 4 : 2,
      order: last - i
    }));
    chart.lines.forEach((series) => datasets.push({
      label: series.name, type: 'line', data: points(series), borderColor: colourOf('--soft'),
      borderDash: [5, 5], borderWidth: 1, pointRadius: 0, pointHitRadius: 0, order: last + 1
    }));
    return pointsChart(chart, datasets);
  }

  const kinds = { curve: curve, histogram: histogram, scatter: scatter, plane: plane };
  const drawn = new Map();
  // On the canvas of that id. Again with other data, as in a run that is watched: the same chart
  // goes on; a canvas that was put in the place of the old one gets a new chart.
  window.showChart = (chart) => {
    const canvas = document.getElementById(chart.id), made = kinds[chart.kind](chart);
    const before = drawn.get(chart.id);
    if (before && before.canvas === canvas) {
      before.data = made.data;
      before.update();
      return;
    }
    if (before) before.destroy();
    drawn.set(chart.id, new Chart(canvas, made));
  };
  data.charts.forEach(window.showChart);
})();
