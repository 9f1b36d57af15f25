// Rows that belong together under one heading.

// [{title, drawing, rows}]; one group without a title where nothing is grouped. Groups come in the
// order of their first row.
function groupRows(list, by) {
  if (by !== 'scaffold') return [{ title: '', drawing: '', rows: list }];
  const groups = new Map();
  for (const row of list) {
    const scaffold = data.scaffolds.find((one) => one.members.includes(row.index));
    if (!groups.has(scaffold)) groups.set(scaffold, []);
    groups.get(scaffold).push(row);
  }
  return [...groups].map(([scaffold, members]) => ({
    title: (scaffold.name || 'without rings') + ' · ' + members.length +
      (members.length === 1 ? ' candidate' : ' candidates'),
    drawing: scaffold.drawing,
    rows: members
  }));
}

function groupedCards(groups) {
  return groups.flatMap((group) => [
    ...(group.title ? [element('h3', { class: 'group' },
      group.drawing ? picture(group.drawing, 'scaffold') : '', element('span', {}, group.title))] : []),
    cardGrid(group.rows)]);
}
