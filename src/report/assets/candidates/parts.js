// What cards, table and the enlarged view have in common. Of the inputs for one candidate there may
// be several on the page; refreshInputs() makes them agree.

function refreshInputs(row) {
  for (const input of document.querySelectorAll('[data-candidate="' + row.index + '"]')) {
    if (input.type === 'checkbox') input.checked = store.isSelected(row);
    else if (input.value !== store.note(row)) input.value = store.note(row);
    const frame = input.closest('.candidate');
    if (frame) frame.classList.toggle('selected', store.isSelected(row));
  }
}

function selectBox(row) {
  return element('input', {
    type: 'checkbox', 'aria-label': 'select ' + row.name, 'data-candidate': String(row.index),
    checked: store.isSelected(row),
    onchange: (event) => {
      store.select(row, event.target.checked);
      refreshInputs(row);
      page.selectionChanged();
    }
  });
}

function noteInput(row) {
  const input = element('input', {
    type: 'text', class: 'note', placeholder: 'note', 'aria-label': 'note on ' + row.name,
    'data-candidate': String(row.index),
    oninput: () => {
      store.setNote(row, input.value);
      refreshInputs(row);
      page.noteChanged();
    }
  });
  input.value = store.note(row);
  return input;
}

function enlargeButton(row) {
  return element('button', { type: 'button', class: 'drawing', 'aria-label': 'enlarge ' + row.name,
    onclick: () => openEnlarged(row) }, picture(row.drawing, row.smiles));
}

// navigator.clipboard is missing where the page is not served securely.
async function copyText(text) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (error) {
      // refused: the older way may still work
    }
  }
  const area = element('textarea', { class: 'unseen' });
  area.value = text;
  (document.querySelector('dialog[open]') || document.body).append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}

function copyButton(smiles, label) {
  const button = element('button', { type: 'button', class: 'copy',
    onclick: async () => {
      const done = await copyText(smiles);
      button.textContent = done ? 'Copied ✓' : 'Not allowed';
      announce(done ? 'SMILES copied' : 'The browser does not allow copying');
      setTimeout(() => { button.textContent = label; }, 1500);
    } }, label);
  return button;
}

function badges(row) {
  return [...row.cautions.map((text) => element('span', { class: 'badge caution' }, text)),
    ...row.alerts.map((text) => element('span', { class: 'badge alert', title: 'structural alert' },
      'alert: ' + text))];
}

// Prediction, uncertainty and second opinion, one line per activity.
function activityLines(row) {
  return row.activities.map((activity, t) => element('div', { class: 'activity' },
    element('span', { class: 'label' }, data.activities[t] || 'predicted'),
    element('b', {}, predictionText(activity)),
    activity.second_mean === null ? '' : element('span', { class: 'label second',
      title: 'by a model that never enters the reward' },
    'second ' + number(activity.second_mean, 2))));
}
