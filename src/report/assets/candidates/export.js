// The rows of the shortlist's files for chosen candidates, made in the browser.

const exportNames = [...data.field_names, 'alerts', 'note'];

function exportFields(row) {
  return [...row.fields, row.alerts.join('; '), store.note(row)];
}

const isNumber = (text) => /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);

// Spreadsheets take text that begins with one of these for a formula; a space before it keeps it
// text. Line breaks inside a field confuse some readers.
function plainText(text) {
  const line = text.replace(/\s*[\r\n]+\s*/g, ' ');
  return /^[=+\-@]/.test(line) && !isNumber(line) ? ' ' + line : line;
}

// decimal: '.' with commas between fields, ',' with semicolons: what spreadsheets of either kind of
// country open right. The byte order mark tells them that the text is UTF-8.
function csvText(list, decimal) {
  const separator = decimal === ',' ? ';' : ',';
  const field = (text) => {
    const shown = isNumber(text) ? text.replace('.', decimal) : plainText(text);
    return /[",;\n]/.test(shown) ? '"' + shown.replaceAll('"', '""') + '"' : shown;
  };
  const lines = [exportNames, ...list.map(exportFields)];
  return '\ufeff' + lines.map((line) => line.map(field).join(separator) + '\r\n').join('');
}

function smiText(list) {
  return list.map((row) => row.smiles + ' candidate-' + row.values.rank + '\n').join('');
}

// A blank line would end a property.
function sdfText(list) {
  return list.map((row) => row.molblock + exportFields(row).map((value, k) => value === '' ? '' :
    '>  <' + exportNames[k] + '>\n' + value.replace(/\s*[\r\n]+\s*/g, ' ') + '\n\n').join('') + '$$$$\n').join('');
}

function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type: type }));
  const link = element('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

function exportList() {
  const scope = byId('export-scope').value;
  if (scope === 'shown') return shownRows();
  return scope === 'all' ? rows : rows.filter(store.isSelected);
}

const exportKinds = {
  csv: ['text/csv;charset=utf-8', (list) => csvText(list, byId('export-decimal').value)],
  smi: ['chemical/x-daylight-smiles', smiText],
  sdf: ['chemical/x-mdl-sdfile', sdfText]
};

function exportAs(kind) {
  const list = exportList();
  const [type, make] = exportKinds[kind];
  if (list.length === 0) {
    announce('Nothing to export');
    return;
  }
  download('candidates.' + kind, type, make(list));
  announce(list.length + ' candidates exported as ' + kind.toUpperCase());
}
