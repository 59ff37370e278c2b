// The poster as PNG: drawn from the SVG by the browser, with the fonts that it has.
"use strict";

const SCALE = 1.5;

function drawPoster() {
  const picture = document.getElementById("poster");
  const save = document.getElementById("poster-png");
  const canvas = document.createElement("canvas");
  canvas.width = 750 * SCALE;
  canvas.height = 1200 * SCALE;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => {
    if (!blob) return;
    const address = URL.createObjectURL(blob);
    save.href = address;
    save.hidden = false;
    picture.src = address; // a picture that is pressed and held is saved as PNG
  }, "image/png");
}

const poster = document.getElementById("poster");
if (poster.complete && poster.naturalWidth) drawPoster();
else poster.addEventListener("load", drawPoster, { once: true });
