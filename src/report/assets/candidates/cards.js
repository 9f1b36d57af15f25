// Candidates as cards. A card is made once and moved afterwards.

const cards = new Map();

function nearestLine(row) {
  if (!row.nearest) return '';
  return element('div', { class: 'nearest' }, 'Nearest: ', element('b', {}, row.nearest.name || 'a known compound'),
    ' (' + row.nearest.similarity.toFixed(2) + '), measured ' + measuredText(row));
}

function makeCard(row) {
  const values = row.values;
  return element('article', { class: 'candidate molecule', 'aria-label': row.name },
    element('header', {}, element('label', { class: 'check' }, selectBox(row),
      element('span', { class: 'rank' }, '#' + values.rank)),
    element('span', { class: 'score', title: 'score' }, number(values.score, 3))),
    enlargeButton(row), ...activityLines(row), nearestLine(row),
    element('div', { class: 'label' }, 'MW ' + number(values.mw, 0) + ' · logP ' + number(values.logp, 1) +
      ' · TPSA ' + number(values.tpsa, 0) + ' · QED ' + number(values.qed, 2) + ' · SA ' + number(values.sa, 1)),
    element('div', { class: 'badges' }, ...badges(row)),
    element('div', { class: 'actions' }, noteInput(row), copyButton(row.smiles, 'Copy SMILES')));
}

function card(row) {
  if (!cards.has(row)) cards.set(row, makeCard(row));
  return cards.get(row);
}

function cardGrid(list) {
  return element('div', { class: 'molecules' }, ...list.map(card));
}
