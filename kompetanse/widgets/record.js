// An answer with several fields, each looking like an answer of its own to the elements.

class Record {
  constructor(answers, subject, aspect, { error, name, start = {} }) {
    this.answers = answers;
    this.words = answers.words;
    this.subject = subject;
    this.aspect = aspect;
    this.start = start;
    this.watchers = new Map();
    this.texts = new Set();
    answers.watch(subject, aspect, {
      name,
      texts: this.texts,
      show: (fresh, from) => this.show(fresh, from),
      refused: error.say,
      keeps: true,
    });
  }

  get all() {
    return this.answers.value(this.subject, this.aspect) ?? this.start;
  }

  value(field) {
    return this.all[field];
  }

  put(field, _, value, options) {
    this.answers.put(this.subject, this.aspect, { ...this.all, [field]: value }, { shared: true, ...options, merge: true, field });
  }

  watch(field, _, watcher) {
    this.watchers.set(field, watcher);
    if (watcher.isText) this.texts.add(field);
  }

  flush() {
    this.answers.flush();
  }

  show(fresh, from) {
    for (const [field, watcher] of this.watchers) watcher.show((fresh ?? this.start)[field], from);
  }
}

/** A labelled date of a record; `fallback` stands there while it has none of its own. */
function dateField(record, { field, label, fallback = "" }) {
  const id = newId("date");
  const input = h("input", {
    id, type: "date", "data-answer": true, value: record.value(field) || fallback,
    change: () => record.put(field, "", input.value, { typed: true }),
  });
  record.watch(field, "", { show: (fresh) => { input.value = fresh || fallback; } });
  return h("div", { class: "k-field" }, h("label", { for: id }, label), input);
}
