// The data of the page as rows, and what belongs to them.

const data = JSON.parse(byId('candidates-data').textContent);
const columns = [{ key: 'rank', label: 'rank', digits: 0, help: 'by score', shown: true },
  ...data.columns];

const rows = data.rows.map((row, index) => Object.assign(row, {
  index: index,
  name: 'candidate ' + (index + 1),
  values: Object.fromEntries([['rank', index + 1],
    ...data.columns.map((column, k) => [column.key, row.values[k]])])
}));

// "8.18 ± 0.50"
function predictionText(activity) {
  const text = number(activity.mean, 2);
  return activity.deviation === null ? text : text + ' ± ' + number(activity.deviation, 2);
}

function measuredText(row) {
  return row.nearest.measured.map((value) => number(value, 2)).join(' / ');
}
