// Looks at a page as a strict visitor: what has no name, what cannot be read, what is out of order.
() => {
  const visible = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const said = (element) => `${element.tagName.toLowerCase()}.${element.className?.baseVal ?? element.className} "${element.textContent.trim().slice(0, 30)}"`;
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return text.startsWith("color(srgb") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = (top, under) => {
    const [r, g, b, a] = top;
    return [r, g, b].map((value, index) => value * a + under[index] * (1 - a));
  };
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (element) => {
    const under = ground(element);
    const [a, b] = [light(over(parse(getComputedStyle(element).color), under)), light(under)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };

  const faults = [];
  const all = [...document.body.querySelectorAll("*")];
  for (const element of all) {
    const ownText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (ownText && visible(element) && !element.closest("svg, video, option, .sr-only, .skip") && !element.disabled) {
      const ratio = contrast(element);
      if (ratio < 4.5) faults.push(`contrast ${ratio.toFixed(2)}: ${said(element)}`);
    }
  }
  for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (!field.labels?.length && !field.getAttribute("aria-label")) faults.push(`no label: ${field.name}`);
  }
  for (const part of document.querySelectorAll("button, a[href], summary, [role=img], progress, dialog, nav, section")) {
    const named = part.getAttribute("aria-label") || part.getAttribute("aria-labelledby") || part.textContent.trim();
    if (!named) faults.push(`no name: ${said(part)}`);
  }
  for (const part of document.querySelectorAll("[aria-labelledby], [aria-describedby]")) {
    for (const name of ["aria-labelledby", "aria-describedby"]) {
      for (const id of (part.getAttribute(name) ?? "").split(/\s+/).filter(Boolean)) {
        if (!document.getElementById(id)) faults.push(`${name} leads nowhere: ${id}`);
      }
    }
  }
  for (const image of document.querySelectorAll("img:not([alt])")) faults.push(`no alt: ${image.src}`);
  const ids = all.map((element) => element.id).filter(Boolean);
  for (const id of ids.filter((one, index) => ids.indexOf(one) !== index)) faults.push(`id twice: ${id}`);
  for (const [mark, count] of [["main", 1], ["h1", 1], ["body > header", 1], ["body > footer", 1], ["html[lang]", 1]]) {
    const found = document.querySelectorAll(mark).length;
    if (found !== count) faults.push(`${mark}: ${found} instead of ${count}`);
  }
  let level = 0;
  for (const heading of [...document.querySelectorAll("h1, h2, h3, h4")].filter((one) => !one.closest("dialog"))) {
    const now = Number(heading.tagName[1]);
    if (now > level + 1) faults.push(`heading skips from h${level} to h${now}: ${heading.textContent}`);
    level = now;
  }
  if (document.documentElement.scrollWidth > innerWidth) {
    const wide = all.filter((element) => element.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map(said);
    faults.push(`scrolls sideways: ${document.documentElement.scrollWidth} > ${innerWidth}, ${wide}`);
  }
  return faults;
}
