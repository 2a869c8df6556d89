'use strict';
(() => {
  const chart = document.getElementById('chart');
  const canvas = document.getElementById('canvas');
  const details = document.getElementById('details');
  const said = document.getElementById('said');
  const track = canvas.querySelector('.track');
  const days = [...document.querySelectorAll('.days button')];
  const rows = [...canvas.querySelectorAll('.row')].map(row => [...row.querySelectorAll('button.item')]).filter(row => row.length > 0);
  const full = parseFloat(getComputedStyle(canvas).getPropertyValue('--w'));
  let width = full;
  let chosen = null;

  // One stop of the Tab key for all tasks; the arrows go from there.
  rows.flat().forEach((item, n) => { item.tabIndex = n === 0 ? 0 : -1; });

  const seen = () => chart.clientWidth - canvas.querySelector('.name').offsetWidth;

  function zoom(to) {
    const middle = (chart.scrollLeft + seen() / 2) / track.offsetWidth;
    width = Math.min(Math.max(to, seen()), full * 8);
    canvas.style.setProperty('--w', width + 'px');
    chart.scrollLeft = middle * track.offsetWidth - seen() / 2;
  }

  const toDay = n => { chart.scrollLeft = Number(days[n].dataset.at) * track.offsetWidth; };
  const starts = () => days.map(day => Number(day.dataset.at) * track.offsetWidth);

  function step(by) {
    const at = chart.scrollLeft + (by > 0 ? 2 : -2);
    const all = starts();
    const next = by > 0 ? all.findIndex(start => start > at) : all.findLastIndex(start => start < at);
    if (next >= 0) toDay(next);
  }

  function focus(item) {
    rows.flat().forEach(other => { other.tabIndex = other === item ? 0 : -1; });
    item.focus();
    item.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  const left = item => item.offsetLeft + item.offsetWidth / 2;

  function move(item, key) {
    const r = rows.findIndex(row => row.includes(item));
    const n = rows[r].indexOf(item);
    if (key === 'ArrowLeft') return rows[r][n - 1];
    if (key === 'ArrowRight') return rows[r][n + 1];
    if (key === 'Home') return rows[r][0];
    if (key === 'End') return rows[r][rows[r].length - 1];
    const row = rows[r + (key === 'ArrowUp' ? -1 : 1)];
    return row && row.reduce((best, other) => Math.abs(left(other) - left(item)) < Math.abs(left(best) - left(item)) ? other : best);
  }

  function choose(item) {
    chosen = item;
    canvas.querySelectorAll('.same, .chosen').forEach(other => other.classList.remove('same', 'chosen'));
    details.hidden = !item;
    if (!item) return;
    canvas.querySelectorAll(`[data-order="${item.dataset.order}"]`).forEach(other => other.classList.add(other.dataset.task === item.dataset.task ? 'chosen' : 'same'));
    said.replaceChildren(...[...document.getElementById('d' + item.dataset.task).childNodes].map(node => node.cloneNode(true)));
  }

  function close() {
    const back = chosen;
    choose(null);
    if (back && back.matches('button')) focus(back);
  }

  canvas.addEventListener('click', event => {
    const item = event.target.closest('[data-task]');
    if (!item) return;
    if (item.matches('button')) focus(item);
    choose(item);
  });
  chart.addEventListener('keydown', event => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const item = event.target.closest('button.item');
    const to = item && /^(Arrow|Home|End)/.test(event.key) && move(item, event.key);
    if (to) focus(to);
    else if (event.key === 'n') step(1);
    else if (event.key === 'p') step(-1);
    else if (event.key === '+' || event.key === '=') zoom(width * 1.5);
    else if (event.key === '-') zoom(width / 1.5);
    else if (event.key === '0') zoom(0);
    else return;
    event.preventDefault();
  });
  document.addEventListener('keydown', event => { if (event.key === 'Escape' && !details.hidden) close(); });
  document.getElementById('close').addEventListener('click', close);
  document.getElementById('in').addEventListener('click', () => zoom(width * 1.5));
  document.getElementById('out').addEventListener('click', () => zoom(width / 1.5));
  document.getElementById('all').addEventListener('click', () => zoom(0));
  days.forEach((day, n) => day.addEventListener('click', () => toDay(n)));
})();
