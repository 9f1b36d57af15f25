// Groups and ring systems as buttons with three states: off, must have, must not have.

const chips = new Map();  // group: its button

const chipStates = { undefined: ['', 'any'], true: ['✓ ', 'must have'], false: ['✕ ', 'must not have'] };

function showChips() {
  for (const [group, chip] of chips) {
    const [mark, meaning] = chipStates[filter.groups.get(group)];
    chip.dataset.state = meaning;
    chip.setAttribute('aria-pressed', String(filter.groups.has(group)));
    chip.setAttribute('aria-label', group.name + ', ' + group.members.length + ' candidates, ' + meaning);
    chip.textContent = mark + group.name + ' ';
    chip.append(element('small', {}, String(group.members.length)));
  }
}

function advance(group) {
  const state = filter.groups.get(group);
  if (state === undefined) filter.groups.set(group, true);
  else if (state) filter.groups.set(group, false);
  else filter.groups.delete(group);
}

function makeChips(groups, changed) {
  return groups.map((group) => {
    const chip = element('button', { type: 'button', class: 'chip',
      onclick: () => { advance(group); showChips(); changed(); } });
    chips.set(group, chip);
    return chip;
  });
}

function findChips(text) {
  const small = text.toLowerCase();
  for (const [group, chip] of chips) {
    chip.hidden = !(group.name.toLowerCase().includes(small) || filter.groups.has(group));
  }
}
