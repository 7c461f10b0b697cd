// The one button of the poster: the browser's own dialogue for printing.
const button = document.getElementById('print');
button.hidden = false;
button.addEventListener('click', () => window.print());
