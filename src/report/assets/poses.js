// Docked molecules in their receptor, drawn on a canvas; nothing is loaded from anywhere.

const LIGHT = { C: '#0f766e', N: '#1d4ed8', O: '#dc2626', S: '#a16207', F: '#15803d', Cl: '#15803d', Br: '#9a3412',
  I: '#7e22ce', P: '#c2410c', H: '#9ca3af', around: '#6b7280', ink: '#1f2937', paper: '#ffffff' };
const DARK = { C: '#5eead4', N: '#93b4ff', O: '#ff8080', S: '#fcd34d', F: '#86efac', Cl: '#86efac', Br: '#fdba74',
  I: '#d8b4fe', P: '#fdba74', H: '#9ca3af', around: '#a3adbb', ink: '#e5e7eb', paper: '#1b2230' };
const dark = matchMedia('screen and (prefers-color-scheme: dark)');
const HYDROGEN_BOND = 3.5;  // angstrom

// A block of atoms, V2000, without the hydrogens of carbon.
function parseRecord(record) {
  const lines = record.split('\n'), count = (from) => Number(lines[3].slice(from, from + 3));
  const all = lines.slice(4, 4 + count(0)).map((line) => ({
    place: [0, 10, 20].map((from) => Number(line.slice(from, from + 10))), element: line.slice(31, 34).trim(), shown: true
  }));
  const bonds = lines.slice(4 + count(0), 4 + count(0) + count(3)).map((line) =>
    [all[line.slice(0, 3) - 1], all[line.slice(3, 6) - 1], Number(line.slice(6, 9))]);
  for (const [a, b] of bonds) {
    if (a.element === 'C' && b.element === 'H') b.shown = false;
    if (b.element === 'C' && a.element === 'H') a.shown = false;
  }
  return { atoms: all.filter((atom) => atom.shown), bonds: bonds.filter(([a, b]) => a.shown && b.shown) };
}

// Part of the way from one colour to another, both as #rrggbb.
function mixed(from, to, share) {
  const parts = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const other = parts(to);
  return 'rgb(' + parts(from).map((value, k) => Math.round(value + share * (other[k] - value))) + ')';
}

const distance = (a, b) => Math.hypot(...a.map((value, k) => value - b[k]));
const polar = (atom) => atom.element === 'N' || atom.element === 'O';

// N and O of molecule and receptor that are near each other; one for each pair of atoms.
function hydrogenBonds(pose, around) {
  return pose.atoms.filter(polar).flatMap((atom) => around.atoms.filter(polar).map((other) =>
    ({ atom, other, length: distance(atom.place, other.place) }))).filter((bond) => bond.length <= HYDROGEN_BOND);
}

const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);
const unit = (a) => a.map((value) => value / Math.hypot(...a));

// Axes of the screen on which the places lie broadest: their first two principal axes, and what is across them.
function broadestView(places) {
  const mean = [0, 1, 2].map((k) => places.reduce((sum, place) => sum + place[k], 0) / places.length);
  const rows = places.map((place) => place.map((value, k) => value - mean[k]));
  const longest = (across) => {
    let axis = unit([0.6, 0.5, 0.4]);
    for (let step = 0; step < 100; ++step) {
      let next = [0, 1, 2].map((k) => rows.reduce((sum, row) => sum + row[k] * dot(row, axis), 1e-9));
      for (const other of across) next = next.map((value, k) => value - dot(next, other) * other[k]);
      axis = unit(next);
    }
    return axis;
  };
  const x = longest([]), y = longest([x]);
  return [x, y, [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]]];
}

class PoseView {
  constructor(card, data) {
    this.canvas = card.querySelector('canvas');
    this.caption = card.querySelector('figcaption');
    this.data = data;
    const atoms = data.atoms.map(([element, x, y, z, residue]) => ({ element, place: [x, y, z], residue }));
    this.around = { atoms, bonds: data.bonds.map(([i, j]) => [atoms[i], atoms[j], 1]) };
    this.buttons = data.poses.map((pose, k) => this.button(pose.rank + '.', () => this.show(k)));
    this.buttons.forEach((button, k) => {
      button.append(Object.assign(document.createElement('span'), { textContent: data.poses[k].value.toFixed(2) }));
      button.title = data.poses[k].smiles;
    });
    card.querySelector('.pose-list').append(...this.buttons);
    this.link = Object.assign(document.createElement('a'), { textContent: 'Save this pose (SDF)' });
    const whole = Object.assign(document.createElement('a'), { textContent: 'Save all (SDF)' });
    this.offer(whole, data.component + '_poses.sdf', data.poses.map((pose) => pose.record).join(''));
    card.querySelector('.pose-tools').append(this.button('Larger', () => this.enlarge(1.2)),
      this.button('Smaller', () => this.enlarge(1 / 1.2)), this.button('Reset', () => this.reset()), this.link, whole);
    const all = data.poses.flatMap((pose) => parseRecord(pose.record).atoms.filter((atom) => atom.element !== 'H'));
    this.home = broadestView(all.map((atom) => atom.place));  // the same for all, so that they can be compared
    this.listen();
    this.reset();
    this.show(0);
  }

  button(text, action) {
    return Object.assign(document.createElement('button'), { type: 'button', textContent: text, onclick: action });
  }

  offer(link, name, text) {
    if (link.href) URL.revokeObjectURL(link.href);
    link.href = URL.createObjectURL(new Blob([text], { type: 'chemical/x-mdl-sdfile' }));
    link.download = name;
  }

  listen() {
    const turns = { ArrowLeft: [0, -0.12], ArrowRight: [0, 0.12], ArrowUp: [-0.12, 0], ArrowDown: [0.12, 0] };
    this.canvas.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (turns[event.key]) this.turn(...turns[event.key]);
      else if (event.key === '+' || event.key === '=') this.enlarge(1.2);
      else if (event.key === '-') this.enlarge(1 / 1.2);
      else if (event.key === '0') this.reset();
      else return;
      event.preventDefault();
    });
    let before;
    this.canvas.addEventListener('pointerdown', (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      before = event;
    });
    this.canvas.addEventListener('pointermove', (event) => {
      if (!this.canvas.hasPointerCapture(event.pointerId)) return;
      this.turn((event.clientY - before.clientY) / 120, (event.clientX - before.clientX) / 120);
      before = event;
    });
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    dark.addEventListener('change', () => this.draw());
    addEventListener('beforeprint', () => this.draw(LIGHT));
    addEventListener('afterprint', () => this.draw());
  }

  // About the axes of the screen, in radians.
  turn(x, y) {
    const [sx, cx, sy, cy] = [Math.sin(x), Math.cos(x), Math.sin(y), Math.cos(y)];
    const step = [[cy, 0, sy], [sx * sy, cx, -sx * cy], [-cx * sy, sx, cx * cy]];
    this.axes = step.map((row) => [0, 1, 2].map((k) => row.reduce((sum, value, i) => sum + value * this.axes[i][k], 0)));
    this.draw();
  }

  enlarge(factor) {
    this.zoom = Math.min(8, Math.max(0.4, this.zoom * factor));
    this.draw();
  }

  reset() {
    this.axes = this.home;
    this.zoom = 1;
    this.draw();
  }

  show(k) {
    const shown = this.data.poses[k];
    this.pose = parseRecord(shown.record);
    const heavy = this.pose.atoms.filter((atom) => atom.element !== 'H');
    this.centre = [0, 1, 2].map((i) => heavy.reduce((sum, atom) => sum + atom.place[i], 0) / heavy.length);
    this.radius = 2.5 + Math.max(...heavy.map((atom) => distance(atom.place, this.centre)));
    this.contacts = hydrogenBonds(this.pose, this.around);
    this.buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(i === k)));
    const nearest = new Map();
    for (const { other, length } of this.contacts) {
      nearest.set(other.residue, Math.min(length, nearest.get(other.residue) || Infinity));
    }
    const partners = [...nearest].sort((a, b) => a[1] - b[1])
      .map(([residue, length]) => this.data.residues[residue] + ' (' + length.toFixed(1) + ' \u00c5)').join(', ');
    const text = (paragraph) => Object.assign(document.createElement('p'), { textContent: paragraph });
    const title = shown.rank + '. ' + this.data.component + ' ' + shown.value.toFixed(2);
    const bonds = 'Hydrogen bonds perhaps with: ' + (partners || 'none');
    this.caption.replaceChildren(text(title + ' \u00b7 ' + shown.smiles), text(bonds));
    this.canvas.setAttribute('aria-label', 'Pose of molecule ' + title + '. ' + bonds +
      '. Arrow keys turn it, plus and minus enlarge, 0 starts again.');
    this.offer(this.link, 'pose_' + shown.rank + '.sdf', shown.record);
    this.draw();
  }

  draw(colours = dark.matches ? DARK : LIGHT) {
    const { canvas } = this, ratio = devicePixelRatio || 1;
    if (!this.pose || !canvas.clientWidth) return;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const pen = canvas.getContext('2d');
    pen.scale(ratio, ratio);
    pen.lineCap = 'round';
    const scale = this.zoom * Math.min(width, height) / (2 * this.radius);
    const see = (place) => {
      const [x, y, z] = this.axes.map((axis) => axis.reduce((sum, value, k) => sum + value * (place[k] - this.centre[k]), 0));
      return { x: width / 2 + scale * x, y: height / 2 - scale * y, z };
    };
    const strokes = [];
    const line = (a, b, colour, thick, dash = []) => strokes.push({ a, b, colour, thick, dash, z: (a.z + b.z) / 2 });
    // Each half in the colour of its end.
    const addBonds = ({ bonds }, thick, carbon) => bonds.forEach(([a, b, order]) => {
      const [from, to] = [see(a.place), see(b.place)];
      const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2, z: (from.z + to.z) / 2 };
      const colour = (atom) => atom.element === 'C' ? carbon : colours[atom.element] || colours.ink;
      const own = a.element === 'H' || b.element === 'H' ? thick / 2 : thick;
      line(from, middle, colour(a), own);
      line(middle, to, colour(b), own);
      if (order > 1) strokes.push({ a: from, b: to, colour: colours.paper, thick: own / 3.5, dash: [], z: middle.z + 0.01 });
    });
    addBonds(this.around, 1.2, colours.around);
    addBonds(this.pose, Math.max(4, 0.22 * scale), colours.C);
    this.contacts.forEach(({ atom, other }) => line(see(atom.place), see(other.place), colours.ink, 1.2, [4, 4]));
    strokes.sort((one, other) => one.z - other.z);
    for (const { a, b, colour, thick, dash, z } of strokes) {
      pen.setLineDash(dash);
      pen.strokeStyle = mixed(colour, colours.paper, Math.min(0.75, Math.max(0, 0.25 - z / (2 * this.radius))));  // behind: paler
      pen.lineWidth = thick;
      pen.beginPath();
      pen.moveTo(a.x, a.y);
      pen.lineTo(b.x, b.y);
      pen.stroke();
    }
    pen.setLineDash([]);
    pen.font = '12px system-ui, sans-serif';
    pen.lineWidth = 3;
    pen.strokeStyle = colours.paper;
    pen.fillStyle = colours.ink;
    for (const residue of new Set(this.contacts.map(({ other }) => other.residue))) {
      const place = see(this.contacts.find(({ other }) => other.residue === residue).other.place);
      pen.strokeText(this.data.residues[residue], place.x + 5, place.y - 5);
      pen.fillText(this.data.residues[residue], place.x + 5, place.y - 5);
    }
  }
}

const { sets } = JSON.parse(document.getElementById('poses-data').textContent);
document.querySelectorAll('.pose-view').forEach((card) => new PoseView(card, sets[card.dataset.set]));
