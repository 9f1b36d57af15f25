// Which candidates are selected and what was noted, kept in this browser for these molecules.

const store = (function () {
  let kept = { selected: {}, notes: {} };
  let works = true;
  try {
    const text = localStorage.getItem(data.key);
    if (text) kept = Object.assign(kept, JSON.parse(text));
    localStorage.setItem(data.key, JSON.stringify(kept));
  } catch (error) {
    works = false;  // storage is refused, for instance in a private window
  }
  function save() {
    try {
      localStorage.setItem(data.key, JSON.stringify(kept));
    } catch (error) {
      works = false;
    }
  }
  return {
    works: () => works,
    isSelected: (row) => Boolean(kept.selected[row.smiles]),
    note: (row) => kept.notes[row.smiles] || '',
    select(row, on) {
      if (on) kept.selected[row.smiles] = true;
      else delete kept.selected[row.smiles];
      save();
    },
    setNote(row, text) {
      if (text) kept.notes[row.smiles] = text;
      else delete kept.notes[row.smiles];
      save();
    }
  };
})();
