// Which rows are shown, and in which order.

const filter = {
  words: '',
  ranges: new Map(),  // column key: {low, high}; NaN leaves an end open
  caution: '', alerts: '', source: '', mine: '',
  groups: new Map()  // group (of data.groups or data.ring_systems): true must have, false must not
};

// SMILES as they are written, since c and C differ; all other text in any case.
function hasWord(row, word) {
  const small = word.toLowerCase();
  const texts = [row.name, row.nearest ? row.nearest.name : '', store.note(row), ...row.cautions,
    ...row.alerts];
  return row.smiles.includes(word) || texts.some((text) => text.toLowerCase().includes(small));
}

function inRanges(row) {
  for (const [key, { low, high }] of filter.ranges) {
    const value = row.values[key];
    if (value === null || value < low || value > high) return false;
  }
  return true;
}

// choice: '' any, 'none', 'some', or one of the entries.
function agrees(choice, entries) {
  if (choice === '') return true;
  if (choice === 'none') return entries.length === 0;
  return choice === 'some' ? entries.length > 0 : entries.includes(choice);
}

function passes(row) {
  for (const [group, wanted] of filter.groups) {
    if (group.members.includes(row.index) !== wanted) return false;
  }
  if (filter.mine === 'selected' && !store.isSelected(row)) return false;
  if (filter.mine === 'noted' && !store.note(row)) return false;
  return filter.words.split(/\s+/).filter(Boolean).every((word) => hasWord(row, word)) &&
    inRanges(row) && agrees(filter.caution, row.cautions) && agrees(filter.alerts, row.alerts) &&
    (filter.source === '' || row.source === filter.source);
}

function activeFilters() {
  return filter.ranges.size + filter.groups.size + [filter.caution, filter.alerts, filter.source,
    filter.mine].filter(Boolean).length;
}

function clearFilters() {
  filter.words = filter.caution = filter.alerts = filter.source = filter.mine = '';
  filter.ranges.clear();
  filter.groups.clear();
}

const order = { key: 'rank', descending: false };

// Rows without a value come last either way; equal ones by rank.
function shownRows() {
  const sign = order.descending ? -1 : 1;
  return rows.filter(passes).sort((a, b) => {
    const x = a.values[order.key], y = b.values[order.key];
    if (x === null || y === null) return (x === null) - (y === null) || a.index - b.index;
    return sign * (x - y) || a.index - b.index;
  });
}
