// The section as a whole: which view is shown, and what happens after a change.

const page = {
  view: 'cards',

  // By the largest value first, ranks by the smallest; again the other way.
  sortBy(key) {
    order.descending = order.key === key ? !order.descending : key !== 'rank';
    order.key = key;
    page.refresh();
  },

  refresh() {
    const list = shownRows();
    const groups = groupRows(list, byId('group-by').value);
    const target = byId('candidates');
    if (list.length === 0) {
      target.replaceChildren(element('p', { class: 'empty' }, 'No candidate passes the filters.'));
    } else if (page.view === 'cards') {
      target.replaceChildren(...groupedCards(groups));
    } else {
      const focused = document.activeElement;
      target.replaceChildren(showTable(groups));
      if (candidateTable.frame.contains(focused)) focused.focus();
    }
    list.forEach(refreshInputs);  // those that were not on the page have missed changes
    byId('count').textContent = list.length + ' of ' + rows.length;
    byId('sort-key').value = order.key;
    byId('sort-direction').textContent = order.descending ? '↓ descending' : '↑ ascending';
    showActiveFilters();
    page.showSelection(list);
  },

  showSelection(list) {
    spaceMap.update(list);
    const chosen = list.filter(store.isSelected).length;
    byId('select-shown').checked = list.length > 0 && chosen === list.length;
    byId('select-shown').indeterminate = chosen > 0 && chosen < list.length;
    const counts = { selected: rows.filter(store.isSelected).length, shown: list.length, all: rows.length };
    for (const option of byId('export-scope').options) {
      option.textContent = option.value + ' (' + counts[option.value] + ')';
    }
    for (const kind of Object.keys(exportKinds)) byId('export-' + kind).disabled = exportList().length === 0;
    byId('storage-hint').textContent = store.works() ? '' :
      'This browser does not keep selections and notes when the page is closed; export them before.';
  },

  selectionChanged() {
    if (filter.mine === 'selected' && !byId('enlarged').open) page.refresh();
    else page.showSelection(shownRows());
  },

  // Not while typing: the row would vanish under the cursor.
  noteChanged() {
    page.showSelection(shownRows());
  },

  setView(view) {
    page.view = view;
    for (const one of ['cards', 'table']) byId('view-' + one).setAttribute('aria-pressed', String(one === view));
    byId('all-columns-label').hidden = view !== 'table';
    page.refresh();
  }
};
