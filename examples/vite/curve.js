/** Draws a curve, from 0 to its highest point, over all of a picture. */
export function drawCurve(svg, points) {
  const { width, height } = svg.viewBox.baseVal;
  const highest = Math.max(...points);
  const across = Math.max(points.length - 1, 50); // the first points do not fill it
  const places = points.map((point, index) => [(index / across) * width, height * (1 - point / highest)]);
  svg.querySelector("polyline").setAttribute("points", places.map((place) => place.join(",")).join(" "));
}
