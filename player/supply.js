// An etag in, the manifest with its files on the device out; it takes over at an item's boundary, in one step.

export function isManifest(value) {
  const lists = value && Array.isArray(value.items) && Array.isArray(value.house);
  return Boolean(lists) && typeof value.etag === 'string' && typeof value.time_zone === 'string' && value.lease_until_ms >= 0;
}

export function createSupply({ identity, store, playlist, cache, onTrouble }) {
  let pending = null;
  let before = null;
  let fetching = false;
  let wanted = '';

  const newest = () => pending || playlist.manifest() || { etag: '' };

  async function get() {
    const response = await fetch(`/v1/player/manifest?screen=${encodeURIComponent(identity.screen)}`, {
      headers: { Authorization: `Bearer ${identity.current().key}`, 'If-None-Match': `"${newest().etag}"` },
      cache: 'no-store',
    });
    if (response.status === 304) return;
    if (!response.ok) throw new Error(`status ${response.status}`);
    const manifest = await response.json();
    if (!isManifest(manifest)) throw new Error('not a manifest');
    await cache.prepare(manifest);
    pending = manifest;
  }

  async function activate() {
    if (!pending) return;
    before = playlist.manifest();
    playlist.use(pending);
    pending = null;
    await store.put('manifest', playlist.manifest());
    await cache.evict([playlist.manifest(), before]);
  }

  return {
    activate,
    /** The device can keep files now: those of the manifest that is here already. */
    keep: () => (newest().items ? cache.prepare(newest()) : undefined),
    /** Keep only what the manifest in use names: the device is full, or staff asked for it. */
    async trim() {
      before = null;
      await cache.evict([playlist.manifest()]);
    },
    /** What was leased when the page was last open. */
    async recall() {
      const kept = await store.get('manifest');
      if (isManifest(kept)) playlist.use(kept);
    },
    /** The server names an etag: a hint; the manifest itself is the truth. */
    async refresh(etag) {
      wanted = etag;
      if (fetching || etag === newest().etag) return;
      fetching = true;
      let asked = '';
      while (wanted !== asked) {
        asked = wanted;
        await get().catch((error) => onTrouble(`manifest: ${error.message}`));
      }
      fetching = false;
      if (playlist.manifest() === null) await activate();
    },
  };
}
