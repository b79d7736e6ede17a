/** Draws vectors side by side, a square a bit: the more ink, the surer the bit is a 1. */
export function drawBits(canvas, values, bits) {
  const square = 16;
  const vectors = values.length / bits;
  canvas.width = vectors * square;
  canvas.height = bits * square;
  const pen = canvas.getContext("2d");
  pen.fillStyle = getComputedStyle(canvas).color;
  values.forEach((value, index) => {
    const [vector, bit] = [Math.floor(index / bits), index % bits];
    pen.globalAlpha = value;
    pen.fillRect(vector * square, bit * square, square - 1, square - 1);
  });
}
