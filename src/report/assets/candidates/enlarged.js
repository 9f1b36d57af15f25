// One candidate in full: beside the nearest known compound, with what its atoms add, or with its
// route. Escape closes, arrows go on.

const enlarged = { row: null, opener: null, view: 'nearest' };

function neighbour(step) {
  const list = shownRows();
  const at = list.indexOf(enlarged.row);
  return list[(at + step + list.length) % list.length];
}

function valueTable(row) {
  const line = (name, ...cells) => element('tr', {}, element('th', { scope: 'row' }, name),
    ...cells.map((text) => element('td', {}, text)));
  const lines = columns.slice(1).filter((column) => !column.key.startsWith('component_'))
    .map((column) => line(column.label, number(row.values[column.key], column.digits)));
  const parts = row.components.map((component, k) =>
    line(data.components[k], number(component.raw, 2), number(component.score, 2)));
  return element('div', { class: 'values' },
    element('table', { class: 'components' }, element('tbody', {}, ...lines)),
    element('table', { class: 'components' }, element('thead', {}, element('tr', {},
      element('th', {}, 'component'), element('th', {}, 'raw'), element('th', {}, 'in score'))),
    element('tbody', {}, ...parts)));
}

function figure(svg, label, caption, smiles) {
  return element('figure', {}, picture(svg, label), element('figcaption', {}, caption),
    element('code', {}, smiles), copyButton(smiles, 'Copy SMILES'));
}

function comparison(row) {
  if (!row.nearest) return figure(row.drawing, row.smiles, row.name, row.smiles);
  const own = row.activities.map(predictionText).join(' / ');
  return element('div', { class: 'pair' },
    figure(row.nearest.own_drawing || row.drawing, row.smiles, 'This candidate, predicted ' + own, row.smiles),
    figure(row.nearest.drawing, row.nearest.smiles, 'Nearest known: ' + (row.nearest.name || 'without a name') +
      ', measured ' + measuredText(row) + ', similarity ' + row.nearest.similarity.toFixed(2),
    row.nearest.smiles));
}

function viewSwitch(row) {
  const button = (view, text) => element('button', { type: 'button', id: 'enlarged-' + view,
    'aria-pressed': String(enlarged.view === view),
    onclick: () => {
      enlarged.view = view;
      showEnlarged(row);
      byId('enlarged-' + view).focus();  // the button was made again
    } }, text);
  return element('div', { class: 'switch', role: 'group', 'aria-label': 'What the drawing shows' },
    button('nearest', 'Nearest compound'), button('atoms', 'Atom contributions'), row.route ? button('route', 'Route') : '');
}

function nearestView(row) {
  return [comparison(row), !row.nearest || row.nearest.common_atoms === 0 ? '' :
    element('p', { class: 'hint' }, 'In colour: what is no part of the largest substructure that both share.')];
}

function routeView(row) {
  const made = element('div', { id: 'route-view' });
  made.innerHTML = row.route;  // written by fragflow, texts in it escaped
  return made;
}

function view(row) {
  if (enlarged.view === 'atoms') return [atomsView(row)];
  if (enlarged.view === 'route' && row.route) return [routeView(row)];
  return nearestView(row);
}

function showEnlarged(row) {
  enlarged.row = row;
  const step = (by, text, label) => element('button', { type: 'button', 'aria-label': label,
    onclick: () => showEnlarged(neighbour(by)) }, text);
  byId('enlarged').replaceChildren(
    element('header', {}, element('label', { class: 'check' }, selectBox(row),
      element('h3', { id: 'enlarged-title' }, 'Candidate #' + row.values.rank)),
    element('span', { class: 'switch' }, step(-1, '←', 'previous candidate'), step(1, '→', 'next candidate'),
      element('button', { type: 'button', 'aria-label': 'close', onclick: () => byId('enlarged').close() }, '✕'))),
    viewSwitch(row), ...view(row).filter(Boolean),
    element('div', { class: 'badges' }, ...badges(row)), noteInput(row), valueTable(row));
  byId('enlarged').focus();  // what had it was replaced
}

function openEnlarged(row) {
  enlarged.opener = document.activeElement;
  byId('enlarged').showModal();
  showEnlarged(row);
}

byId('enlarged').addEventListener('close', () => {
  page.refresh();  // a note or selection may have changed what the filters let through
  if (enlarged.opener && enlarged.opener.isConnected) enlarged.opener.focus();
});

byId('enlarged').addEventListener('keydown', (event) => {
  if (event.target.matches('input[type=text]')) return;  // arrows move the cursor there
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) return;
  event.preventDefault();
  showEnlarged(neighbour(step));
});

byId('enlarged').addEventListener('click', (event) => {
  if (event.target === byId('enlarged')) byId('enlarged').close();  // beside its content
});
