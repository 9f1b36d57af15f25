// Rows that belong together under one heading.

// What rows are put together by: key and heading of a row.
const groupings = {
  scaffold: (row) => {
    const scaffold = data.scaffolds.find((one) => one.members.includes(row.index));
    return { key: scaffold.name, title: scaffold.name || 'without rings', drawing: scaffold.drawing };
  },
  nearest: (row) => row.nearest ?
    { key: row.nearest.smiles, title: 'nearest to ' + (row.nearest.name || row.nearest.smiles),
      drawing: row.nearest.drawing } :
    { key: '', title: 'without a nearest compound', drawing: '' }
};

// [{title, drawing, rows}] in the order of their first rows; those of one row come together at the
// end. One group without a title where nothing is grouped.
function groupRows(list, by) {
  if (!(by in groupings)) return [{ title: '', drawing: '', rows: list }];
  const groups = new Map();
  for (const row of list) {
    const group = groupings[by](row);
    if (!groups.has(group.key)) groups.set(group.key, Object.assign(group, { rows: [] }));
    groups.get(group.key).rows.push(row);
  }
  const all = [...groups.values()];
  const together = all.filter((group) => group.rows.length > 1);
  for (const group of together) group.title += ' · ' + group.rows.length + ' candidates';
  const alone = all.filter((group) => group.rows.length === 1).flatMap((group) => group.rows);
  return alone.length === 0 ? together :
    [...together, { title: 'alone in their groups · ' + alone.length, drawing: '', rows: alone }];
}

function groupedCards(groups) {
  return groups.flatMap((group) => [
    ...(group.title ? [element('h3', { class: 'group' },
      group.drawing ? picture(group.drawing, group.title) : '', element('span', {}, group.title))] : []),
    cardGrid(group.rows)]);
}
