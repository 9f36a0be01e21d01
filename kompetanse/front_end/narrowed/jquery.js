// All that base, controls and anywidget ask of jQuery: an element in a wrapper that can be emptied.
export default function $(element) {
  if (!new.target) return new $(element);
  this[0] = element;
  this.length = element ? 1 : 0;
}

$.prototype.empty = function () {
  this[0]?.replaceChildren();
  return this;
};
