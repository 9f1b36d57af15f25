// The inputs of the filters. changed() is called after each change.

function makeChoice(label, field, options, changed) {
  const select = element('select', {
    onchange: () => { filter[field] = select.value; changed(); }
  }, ...options.map(([value, text]) => element('option', { value: value }, text)));
  select.dataset.field = field;
  return element('label', {}, label + ' ', select);
}

// Any, with, without, and each entry that occurs.
function entryOptions(entriesOf) {
  const counts = new Map();
  for (const row of rows) {
    for (const entry of new Set(entriesOf(row))) counts.set(entry, (counts.get(entry) || 0) + 1);
  }
  const none = rows.filter((row) => entriesOf(row).length === 0).length;
  return [['', 'any'], ['none', 'none (' + none + ')'], ['some', 'some (' + (rows.length - none) + ')'],
    ...[...counts].map(([entry, count]) => [entry, entry + ' (' + count + ')'])];
}

function makeChoices(changed) {
  const sources = [...new Set(rows.map((row) => row.source))];
  return [
    makeChoice('Caution', 'caution', entryOptions((row) => row.cautions), changed),
    makeChoice('Structural alerts', 'alerts', entryOptions((row) => row.alerts), changed),
    sources.length < 2 ? '' :
      makeChoice('Found in', 'source', [['', 'any'], ...sources.map((name) => [name, name])], changed),
    makeChoice('Yours', 'mine',
      [['', 'any'], ['selected', 'selected'], ['noted', 'with a note']], changed)
  ];
}

function makeRange(column, changed) {
  const values = rows.map((row) => row.values[column.key]).filter((value) => value !== null);
  if (Math.min(...values) === Math.max(...values) || values.length === 0) return '';  // tells none apart
  const input = (end, text, value) => element('input', {
    type: 'number', step: 'any', placeholder: value.toFixed(column.digits),
    'aria-label': text + ' ' + column.label, 'data-key': column.key, 'data-end': end,
    oninput: (event) => {
      const range = filter.ranges.get(column.key) || { low: NaN, high: NaN };
      range[end] = event.target.value === '' ? NaN : event.target.valueAsNumber;
      if (Number.isNaN(range.low) && Number.isNaN(range.high)) filter.ranges.delete(column.key);
      else filter.ranges.set(column.key, range);
      changed();
    }
  });
  return element('div', { class: 'range', title: column.help },
    element('span', {}, column.label), input('low', 'smallest', Math.min(...values)), 'to',
    input('high', 'largest', Math.max(...values)));
}

function showActiveFilters() {
  const count = activeFilters();
  byId('filters-active').textContent = count ? '(' + count + ' active)' : '';
  byId('reset').hidden = count === 0 && filter.words === '';
}

// Puts the inputs where clearFilters() has put the filters.
function emptyInputs() {
  byId('find').value = '';
  for (const select of byId('choices').querySelectorAll('select')) select.value = '';
  for (const input of byId('ranges').querySelectorAll('input')) input.value = '';
  showChips();
}
