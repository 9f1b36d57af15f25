// Small helpers to build parts of the page. Text from data is only ever set as text; drawings are
// SVG that fragflow wrote itself.

function byId(id) {
  return document.getElementById(id);
}

// element('td', {class: 'number', onclick: f}, 'text', otherElement, ...)
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (typeof value === 'boolean') made.toggleAttribute(name, value);
    else if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== ''));
  return made;
}

function picture(svg, label) {
  const made = element('span', { class: 'picture', role: 'img', 'aria-label': label });
  made.innerHTML = svg;
  return made;
}

function number(value, digits) {
  return value === null || value === undefined ? '-' : value.toFixed(digits);
}

// Says what has happened to those who hear the page.
function announce(text) {
  byId('message').textContent = text;
}
