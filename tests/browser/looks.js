// Mark the words that contrast is to be judged of: `judged` are the looks that need it no more.
// Returns the looks that will have been judged on this page.
//
// A look is what the contrast of words is made of: their own style, and on what they stand, down to
// the page itself. Equal looks have equal contrast.
(judged) => {
  const known = new Set(judged);
  const looks = new Map([[null, '']]);
  const styles = [
    'color', 'fontSize', 'fontWeight', 'textShadow', 'webkitTextStroke',
    'backgroundColor', 'backgroundImage', 'opacity', 'filter', 'mixBlendMode', 'position',
  ];

  const digest = (text) => {
    let [one, two] = [5381, 52711];
    for (const letter of text) {
      const code = letter.codePointAt(0);
      one = Math.imul(one, 33) ^ code;
      two = Math.imul(two, 31) + code;
    }
    return (one >>> 0).toString(36) + (two >>> 0).toString(36);
  };

  const lookOf = (element) => {
    if (!looks.has(element)) {
      const style = getComputedStyle(element);
      const own = [element.localName, element.getAttribute('class'), element.getAttribute('type')];
      const parts = [...own, ...styles.map((name) => style[name])];
      looks.set(element, digest(lookOf(element.parentElement) + parts.join('|')));
    }
    return looks.get(element);
  };

  const isField = (element) => element.matches('input, select, textarea');

  const wordsIn = (element) => [...element.childNodes]
    .filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join('').trim();

  // axe passes over what is hidden, at rest, one letter long or made of signs alone.
  const isSurelyJudged = (element) => /[\p{L}\p{N}].*[\p{L}\p{N}]/su.test(wordsIn(element))
    && element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && !element.closest(':disabled, label, [aria-disabled="true"], [aria-hidden="true"], [inert]');

  const found = [];
  for (const element of document.body.querySelectorAll('*')) {
    if (!isField(element) && !wordsIn(element)) continue;
    // axe passes over a closed dialog as well, and styles of what has no box are dear to ask for.
    if (element.closest('dialog')?.checkVisibility() === false) continue;
    const look = lookOf(element);
    if (known.has(look)) continue;
    element.setAttribute('data-look', look);
    if (isSurelyJudged(element)) {
      known.add(look);
      found.push(look);
    }
  }
  return found;
}
