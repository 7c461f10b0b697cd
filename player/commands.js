// A command of the staff in, the deed and its answer out. The list is closed: what is not in it is not done.

const SIDE = 480;
const LONGEST = 40000;
const NAME_MS = 10000;
const TEXT = 2000;

/** The picture or video frame on show as small base64 JPEG; '' where there is none. */
function pictureOf(media) {
  const width = (media && (media.videoWidth || media.naturalWidth)) || 0;
  if (!width) return '';
  const height = media.videoHeight || media.naturalHeight;
  const scale = SIDE / Math.max(width, height);
  const canvas = Object.assign(document.createElement('canvas'), { width: Math.ceil(width * scale), height: Math.ceil(height * scale) });
  canvas.getContext('2d').drawImage(media, 0, 0, canvas.width, canvas.height);
  const picture = canvas.toDataURL('image/jpeg', 0.6).split(',')[1];
  return picture.length <= LONGEST ? picture : '';
}

export function createCommands({ stage, director, supply, status, link, house, overlay, clock }) {
  const verbs = new Map([
    ['identify', () => overlay.notify(house.welcome.screen.name, 'name', NAME_MS)],
    ['reload', () => director.afterThis(() => location.reload())],
    ['clear_cache', () => supply.trim()],
    ['report', status],
    ['capture', ({ id }) => {
      const front = stage.front();
      const show = director.current();
      const about = { type: 'capture', id, spot: front ? front.item.spot || '' : '', decision: show ? show.decision : '' };
      // what stands there for a guest is theirs alone
      const open = front && !front.item.guest;
      link.send(Object.assign(about, open ? { text: front.layer.innerText.slice(0, TEXT), picture: pictureOf(front.media) } : {}));
    }],
  ]);
  return {
    async handle(message) {
      const answer = (ok, text) => link.send({ type: 'done', id: message.id, ok, text });
      if (!verbs.has(message.verb)) return answer(false, 'unknown verb');
      if (clock.now() > message.expires_ms) return answer(false, 'expired');
      try {
        await verbs.get(message.verb)(message);
      } catch (error) {
        return answer(false, String(error.message).slice(0, TEXT));
      }
      return answer(true, '');
    },
  };
}
