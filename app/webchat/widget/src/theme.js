/** Colours that fit each other, from the one that a shop chose. */

/** Say whether the panel covers the page. */
export const isPhone = () => matchMedia("(max-width: 480px), (max-height: 420px)").matches;

/** Paint a widget: the script tag's attributes win over the settings, a page's custom properties over both. */
export function paintTheme(root, options, colour) {
  const brand = /^#[0-9a-f]{6}$/iu.test(options.colour ?? "") ? options.colour : colour;
  if (brand) {
    root.style.setProperty("--brand", brand);
    root.style.setProperty("--on-brand", isLight(brand) ? "#16181d" : "#ffffff");
  }
  root.classList.add(["light", "dark"].includes(options.theme) ? options.theme : "auto");
  const fit = () => root.style.setProperty("--visible", `${visualViewport.height}px`);
  globalThis.visualViewport?.addEventListener("resize", fit);
  if (globalThis.visualViewport) fit();
}

/** Say whether dark text reads better on a colour (relative luminance, WCAG 2). */
function isLight(hex) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.36;
}
