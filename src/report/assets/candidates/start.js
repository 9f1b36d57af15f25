// Connects the controls, then shows the page.

byId('candidates-explanation').textContent = data.explanation;
byId('sort-key').append(...columns.map((column) => element('option', { value: column.key }, column.label)));
byId('choices').append(...makeChoices(page.refresh).filter(Boolean));
byId('ranges').append(...columns.map((column) => makeRange(column, page.refresh)).filter(Boolean));
byId('groups').append(...makeChips(data.groups, page.refresh));
byId('ring-systems').append(...makeChips(data.ring_systems, page.refresh));
showChips();

byId('find').addEventListener('input', (event) => { filter.words = event.target.value; page.refresh(); });
byId('find-group').addEventListener('input', (event) => findChips(event.target.value));
byId('sort-key').addEventListener('change', (event) => { page.sortBy(event.target.value); });
byId('sort-direction').addEventListener('click', () => page.sortBy(order.key));
byId('group-by').addEventListener('change', page.refresh);
byId('view-cards').addEventListener('click', () => page.setView('cards'));
byId('view-table').addEventListener('click', () => page.setView('table'));
byId('reset').addEventListener('click', () => { clearFilters(); emptyInputs(); page.refresh(); });
byId('all-columns').addEventListener('change', (event) => {
  candidateTable.table.classList.toggle('all', event.target.checked);
});
byId('select-shown').addEventListener('change', (event) => {
  for (const row of shownRows()) {
    store.select(row, event.target.checked);
    refreshInputs(row);
  }
  page.selectionChanged();
});
byId('export-scope').addEventListener('change', () => page.showSelection(shownRows()));
for (const kind of Object.keys(exportKinds)) byId('export-' + kind).addEventListener('click', () => exportAs(kind));
// As numbers are written where the browser is.
byId('export-decimal').value = (1.5).toLocaleString().includes(',') ? ',' : '.';
// Until something is selected there is more use in exporting what is shown.
byId('export-scope').value = rows.some(store.isSelected) ? 'selected' : 'shown';
page.setView('cards');
