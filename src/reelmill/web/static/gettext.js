// The words of the page's language: what its catalogue has, else the English itself.

const catalogue = new Map(Object.entries(globalThis.catalogue ?? {}));
const language = document.documentElement.lang;
const rules = new Intl.PluralRules(language);

const fill = (text, facts) => text.replace(/%(?:%|\((\w+)\)s)/g, (_, name) => (name ? String(facts[name]) : "%"));

export const number = (value, digits = 0) => new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

export const gettext = (text, facts = {}) => fill(catalogue.get(text) ?? text, facts);

// Of languages that have one form, or one for one and another for all else.
export function ngettext(one, many, count, facts = {}) {
  const forms = [catalogue.get(one) ?? [one, many]].flat();
  const which = rules.select(count) === "one" ? 0 : 1;
  return fill(forms[Math.min(which, forms.length - 1)], { count: number(count), ...facts });
}

// Marks a label that is said later.
export const gettext_noop = (text) => text;

// What the catalogue has for a text that was written elsewhere.
export const known = (text) => catalogue.get(text);

// Why something failed, as it was recorded, without its circumstances: its sentences, if all of them are known.
export function failure(text) {
  const told = text.replace(/ \(\w+=.*\)$/s, "").split(": ").map(known);
  return told.every(Boolean) ? told.join(": ") : text;
}
