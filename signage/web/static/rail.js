// On a phone the menu is one line that scrolls: it begins where one is.
const here = document.querySelector('.rail [aria-current]');
if (here) here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2;
