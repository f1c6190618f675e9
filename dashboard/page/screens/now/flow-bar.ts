/** Two bars of one scale: what comes in, and where it goes, in proportional segments. The ledger below says the same in words. */
import { element } from "../../dom";
import { type Flow, type Segment, totalOf } from "../../flow";
import type { View } from "../../view";

/** Below so many pixels a segment has no room for its number, below the other none for its name. */
const roomForNumber = 56;
const roomForName = 96;

export function flowBar(view: View) {
  const { texts } = view;
  const [sources, uses] = [row(texts.now.sources, view), row(texts.now.uses, view)];
  const picture = element("div", { class: "flow", role: "img" }, sources.element, uses.element);
  return {
    element: picture,
    draw(flow: Flow, sentence: string) {
      const whole = Math.max(totalOf(flow.sources), totalOf(flow.uses));
      sources.draw(flow.sources, whole);
      uses.draw(flow.uses, whole);
      picture.classList.toggle("hatched", whole === 0);
      if (picture.getAttribute("aria-label") !== sentence) picture.setAttribute("aria-label", sentence);
    },
  };
}

function row(label: string, { texts, format }: View) {
  const track = element("div", { class: "track" });
  /** By name; they stay, so that their widths can move and nothing piles up. */
  const drawn = new Map<string, HTMLElement>();
  const segmentOf = (key: string, { name, circuit }: Segment) => {
    const found = drawn.get(key);
    if (found) return found;
    const made = element(
      "div",
      { class: `segment ${name}`, "data-segment": key },
      element("span", { class: "segment-name" }, circuit ?? texts.now.segments[name]),
      element("span", { class: "segment-power" }),
    );
    drawn.set(key, made);
    return made;
  };
  return {
    element: element("div", { class: "flow-row" }, element("span", { class: "note" }, label), track),
    draw(segments: readonly Segment[], whole: number) {
      const room = track.clientWidth;
      const elements = segments.map((segment) => {
        const made = segmentOf(segment.circuit ?? segment.name, segment);
        const share = segment.power_w / whole;
        made.style.width = `${share * 100}%`;
        made.classList.toggle("no-number", share * room < roomForNumber);
        made.classList.toggle("no-name", share * room < roomForName);
        const power = made.lastElementChild;
        if (power) power.textContent = format.power(segment.power_w);
        return made;
      });
      if (elements.length !== track.children.length || elements.some((each, index) => track.children[index] !== each))
        track.replaceChildren(...elements);
    },
  };
}
