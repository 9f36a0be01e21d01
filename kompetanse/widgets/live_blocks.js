// The fragment comes from kompetanse.figures.blocks.html, which escapes everything people wrote.
export default {
  render({ model, el }) {
    const region = document.createElement("div");
    const said = document.createElement("p");
    said.setAttribute("role", "status");
    said.className = "visually-hidden";
    el.append(region, said);
    const show = (first) => {
      const content = model.get("content");
      const open = [...region.querySelectorAll("details")].map((details) => details.open);
      region.innerHTML = content.html;
      // A table that somebody has opened stays open when the picture changes under it.
      region.querySelectorAll("details").forEach((details, place) => { details.open = Boolean(open[place]); });
      if (!first) said.textContent = content.said;
    };
    show(true);
    model.on("change:content", () => show(false));
  },
};
