// What one step of the mapping asks, what is answered, what remains, and where this tab was.

const NOT_RELEVANT = "ikke-relevant";
const DONT_KNOW = "vet-ikke";
const IMPORTANCE = "importance";
const END = "end";
const SECONDS = { "as-is": 14, "to-be": 8, importance: 60 };

const isNotRelevant = (value) => typeof value === "string" && value.split(":")[0] === NOT_RELEVANT;

/** What is asked in the chosen form, what is answered, and what remains. */
class Plan {
  constructor(content, answers) {
    this.content = content;
    this.answers = answers;
    this.step = answers.model.get("step");
    this.places = [...content.themes.map((theme) => theme.id), ...(content.importance ? [IMPORTANCE] : []), END];
  }

  get long() {
    return this.answers.value(this.step, "form") === "long";
  }

  get hasLongForm() {
    return this.content.themes.some((theme) => this.shortItems(theme).length < theme.items.length);
  }

  shortItems(theme) {
    const marked = theme.items.filter((item) => item.short);
    return marked.length ? marked : theme.items.slice(0, 1);
  }

  items(theme) {
    return this.long ? theme.items : this.shortItems(theme);
  }

  answered(subject, aspect) {
    const value = this.answers.value(subject, aspect);
    return value !== undefined && value !== null;
  }

  /** Whether it is asked what is good enough in two years: not of a deputy. */
  get ahead() {
    return this.content.ahead !== false;
  }

  /** How many answers a theme still lacks; a theme that is not relevant at all needs no level in two years. */
  missing(theme) {
    const items = this.items(theme);
    const open = items.filter((item) => !this.answered(item.id, "as-is")).length;
    const irrelevant = items.every((item) => isNotRelevant(this.answers.value(item.id, "as-is")));
    return open + (!this.ahead || irrelevant || this.answered(theme.id, "to-be") ? 0 : 1);
  }

  get chosen() {
    const themes = this.content.importance?.themes ?? [];
    return themes.filter((theme) => this.answers.value(theme.id, "importance") === true).length;
  }

  get unfinished() {
    return this.content.themes.filter((theme) => this.missing(theme) > 0);
  }

  get started() {
    return this.content.themes.some((theme) =>
      this.answered(theme.id, "to-be") || theme.items.some((item) => this.answered(item.id, "as-is")));
  }

  get minutes() {
    const seconds = { ...SECONDS, ...this.content.seconds };
    const themes = this.content.themes.map((theme) => {
      const open = this.items(theme).filter((item) => !this.answered(item.id, "as-is")).length;
      return open * seconds["as-is"] + (this.missing(theme) > open ? seconds["to-be"] : 0);
    });
    const importance = this.content.importance && !this.chosen ? seconds.importance : 0;
    return Math.ceil((themes.reduce((sum, part) => sum + part, 0) + importance) / 60);
  }

  firstPlace() {
    if (!this.started) return this.places[0];
    const [theme] = this.unfinished;
    if (theme) return theme.id;
    return this.content.importance && !this.chosen ? IMPORTANCE : END;
  }
}

/** Where this browser tab was, kept as long as the tab lives. */
class Place {
  constructor(answers) {
    this.name = `kompetanse:${answers.model.get("scope")}:${answers.model.get("step")}:place`;
  }

  get() {
    try {
      return sessionStorage.getItem(this.name);
    } catch {
      return null;
    }
  }

  set(place) {
    try {
      sessionStorage.setItem(this.name, place);
    } catch {
      // Without storage the component starts at the first theme that lacks answers.
    }
  }
}
