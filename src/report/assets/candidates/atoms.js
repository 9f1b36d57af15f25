// Which atoms raise or lower a prediction: coloured grounds under RDKit's drawing, the same in words.

// The largest contribution of any candidate's atom to each activity: one scale for all of them.
const strongest = data.activities.map((name, t) =>
  Math.max(0, ...rows.flatMap((row) => row.activities[t].atoms.map(Math.abs))));

const signed = (value) => (value < 0 ? '\u2212' : '+') + Math.abs(value).toFixed(2);
// Counted from 1, as in the exported SDF.
const atomName = (row, atom) => row.atoms[atom][0] + (atom + 1);

function svgElement(tag, attributes, text) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  return made;
}

// Atoms with the largest values of one sign, none that the text would call +0.00.
function mainAtoms(values, sign) {
  return values.map((value, atom) => ({ value, atom })).filter((one) => sign * one.value >= 0.005)
    .sort((a, b) => sign * (b.value - a.value)).slice(0, 4);
}

function heatDrawing(row, t) {
  const values = row.activities[t].atoms;
  const made = picture(row.drawing, row.name + ' with its atoms coloured by what they add to the prediction');
  const grounds = svgElement('g', { class: 'heat' });
  values.forEach((value, atom) => {
    const [, x, y] = row.atoms[atom];
    const ground = svgElement('circle', { cx: x, cy: y, r: 15, fill: 'url(#' + (value < 0 ? 'lowers' : 'raises') + ')',
      opacity: (Math.abs(value) / (strongest[t] || 1)).toFixed(3) });
    ground.append(svgElement('title', {}, atomName(row, atom) + ' ' + signed(value)));
    grounds.append(ground);
  });
  const numbers = svgElement('g', { class: 'atom-numbers' });
  for (const { atom } of [...mainAtoms(values, 1), ...mainAtoms(values, -1)]) {
    const [, x, y] = row.atoms[atom];
    numbers.append(svgElement('text', { x: x + 6, y: y - 5 }, String(atom + 1)));
  }
  const svg = made.querySelector('svg');
  svg.prepend(grounds);
  svg.append(numbers);
  return made;
}

function atomSentences(row, t) {
  const activity = row.activities[t];
  const list = (sign) => mainAtoms(activity.atoms, sign)
    .map(({ value, atom }) => atomName(row, atom) + ' ' + signed(value)).join(', ') || 'none';
  const sum = activity.atoms.reduce((total, value) => total + value, 0);
  return [
    element('p', { class: 'atom-sum' }, number(activity.mean, 2) + ' = ' + number(activity.constant, 2) +
      ' (mean of the model) ' + signed(sum).replace(/^./, '$& ') + ' (atoms)'),
    element('p', {}, 'Raise it most: ' + list(1)),
    element('p', {}, 'Lower it most: ' + list(-1)),
    element('details', {}, element('summary', {}, 'All atoms'), element('p', { class: 'all-atoms' },
      activity.atoms.map((value, atom) => atomName(row, atom) + ' ' + signed(value)).join(', ')))
  ];
}

function heatLegend(t) {
  const largest = strongest[t].toFixed(2);
  return element('div', { class: 'heat-legend' }, '\u2212' + largest,
    element('span', { class: 'heat-bar', role: 'img',
      'aria-label': 'orange lowers the prediction, blue raises it, up to ' + largest }), '+' + largest);
}

function activityHeat(row, t) {
  const name = data.activities[t] || 'Prediction';
  if (row.activities[t].atoms.length === 0) {
    return element('figure', {}, element('figcaption', {}, name + ': the model is ' + data.models[t] +
      ', which has no exact split of its predictions over atoms. --model gp makes a design with one that has.'));
  }
  return element('figure', {}, heatDrawing(row, t),
    element('figcaption', {}, name + ' ' + predictionText(row.activities[t]), heatLegend(t), ...atomSentences(row, t)));
}

function atomsView(row) {
  const any = row.activities.some((activity) => activity.atoms.length > 0);
  return element('div', { id: 'atoms-view' },
    element('div', { class: 'pair' }, ...row.activities.map((activity, t) => activityHeat(row, t))),
    !any ? '' : element('p', { class: 'hint' }, 'Blue atoms raise the prediction, orange ones lower it; the same scale for ' +
      'all candidates. What makes a molecule similar to each known compound is split exactly over its atoms, so that ' +
      'they add up to the prediction. It shows what the model relies on, not what binds.'));
}
