// Candidates as a table; its header sorts.

const tableRows = new Map();

function cell(column, row) {
  return element('td', { class: 'number' + (column.shown ? '' : ' more') },
    number(row.values[column.key], column.digits));
}

function makeTableRow(row) {
  return element('tr', { class: 'candidate', 'aria-label': row.name },
    element('td', {}, selectBox(row)), cell(columns[0], row),
    element('td', {}, enlargeButton(row)),
    ...columns.slice(1).map((column) => cell(column, row)),
    element('td', { class: 'name' }, row.nearest ? row.nearest.name : ''),
    element('td', {}, ...badges(row)), element('td', {}, noteInput(row)));
}

function tableRow(row) {
  if (!tableRows.has(row)) tableRows.set(row, makeTableRow(row));
  return tableRows.get(row);
}

const headers = new Map();  // column: its <th>

function makeHeader(column) {
  const button = element('button', { type: 'button', title: column.help,
    onclick: () => page.sortBy(column.key) }, column.label);
  const header = element('th', { scope: 'col', class: 'number' + (column.shown ? '' : ' more') }, button);
  headers.set(column, header);
  return header;
}

const plainHeader = (text) => element('th', { scope: 'col' }, text);

const candidateTable = (function () {
  const body = element('tbody', {});
  const table = element('table', { class: 'candidate-table' }, element('thead', {}, element('tr', {},
    element('th', { scope: 'col' }, element('span', { class: 'unseen' }, 'selected')),
    makeHeader(columns[0]), plainHeader('structure'), ...columns.slice(1).map(makeHeader),
    plainHeader('nearest known'), plainHeader('caution, alerts'), plainHeader('note'))), body);
  const frame = element('div', { class: 'scroll', tabindex: '0', role: 'region',
    'aria-label': 'table of candidates' }, table);
  return { frame, body, table };
})();

function showTable(groups) {
  for (const [column, header] of headers) {
    const sorted = column.key === order.key;
    header.setAttribute('aria-sort', !sorted ? 'none' : order.descending ? 'descending' : 'ascending');
  }
  candidateTable.body.replaceChildren(...groups.flatMap((group) => [
    ...(group.title ? [element('tr', { class: 'group' }, element('th',
      { colspan: String(columns.length + 5), scope: 'rowgroup' }, group.title))] : []),
    ...group.rows.map(tableRow)]));
  return candidateTable.frame;
}
