// Quick post: the photo with its line as the screens will show it. What is seen here is what is sent.
const form = document.querySelector('[data-quick]');
const GREEN = '#0F5C4A';
const SHAPES = { landscape: [1920, 1080], portrait: [1080, 1920], both: [1350, 1080] }; // 5:4 fits upright and lying panels
const BAND = 0.2;

if (form) {
  const photo = form.querySelector('#photo');
  const line = form.querySelector('#line');
  const look = form.querySelector('[data-look]');
  const chosen = form.querySelector('[data-chosen]');
  let picture = null;

  function shape() {
    const ticked = [...form.querySelectorAll('[data-shape]:checked')].map((box) => box.dataset.shape);
    const upright = ticked.filter((one) => one === 'portrait').length;
    return SHAPES[!upright ? 'landscape' : upright === ticked.length ? 'portrait' : 'both'];
  }

  /** The line in one row or two, as large as the band allows. */
  function rows(pen, text, width, height) {
    const letters = [...text];
    const half = Math.ceil(letters.length / 2);
    const space = text.lastIndexOf(' ', half);
    const cut = space > 0 ? space : letters.slice(0, half).join('').length;
    const size = (parts) => {
      pen.font = `700 100px "Noto Sans JP", sans-serif`;
      const widest = Math.max(...parts.map((part) => pen.measureText(part).width));
      return Math.min((height * 0.8) / (parts.length * 1.2), (width * 0.92 * 100) / widest);
    };
    const one = [text];
    const two = [text.slice(0, cut).trim(), text.slice(cut).trim()].filter(Boolean);
    return size(one) >= size(two) ? [one, size(one)] : [two, size(two)];
  }

  function draw() {
    if (!picture) return;
    const [width, height] = shape();
    const text = line.value.trim();
    const band = text ? Math.round(height * BAND) : 0;
    look.width = width;
    look.height = height;
    const pen = look.getContext('2d');
    const scale = Math.max(width / picture.naturalWidth, (height - band) / picture.naturalHeight);
    const [w, h] = [picture.naturalWidth * scale, picture.naturalHeight * scale];
    pen.drawImage(picture, (width - w) / 2, (height - band - h) / 2, w, h);
    if (text) {
      pen.fillStyle = GREEN;
      pen.fillRect(0, height - band, width, band);
      const [parts, size] = rows(pen, text, width, band);
      pen.font = `700 ${size}px "Noto Sans JP", sans-serif`;
      pen.fillStyle = '#fff';
      pen.textAlign = 'center';
      pen.textBaseline = 'middle';
      parts.forEach((part, n) => pen.fillText(part, width / 2, height - band / 2 + (n - (parts.length - 1) / 2) * size * 1.2));
    }
    look.parentElement.hidden = false;
  }

  photo.addEventListener('change', () => {
    const [file] = photo.files;
    picture = null;
    look.parentElement.hidden = true;
    if (!file) return;
    chosen.textContent = file.name;
    const image = new Image();
    image.onload = () => {
      picture = image;
      URL.revokeObjectURL(image.src);
      draw();
    };
    image.src = URL.createObjectURL(file);
  });
  line.addEventListener('input', draw);
  form.addEventListener('change', draw);
  form.addEventListener('submit', (event) => {
    if (!picture || form.dataset.sent) return;
    event.preventDefault();
    form.dataset.sent = 'yes';
    draw();
    look.toBlob((blob) => {
      const files = new DataTransfer();
      files.items.add(new File([blob], 'photo.jpg', { type: 'image/jpeg' }));
      photo.files = files.files;
      const drawn = document.createElement('input');
      Object.assign(drawn, { type: 'hidden', name: 'drawn', value: '1' });
      form.append(drawn);
      form.submit();
    }, 'image/jpeg', 0.9);
  });
}
