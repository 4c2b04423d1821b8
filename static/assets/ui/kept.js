// Small things that a browser keeps: for good (choices) or until the tab is closed (secrets).
// A browser may refuse to keep anything; then a page works all the same and forgets.

function reach(storage, act) {
  try {
    return act(window[storage]);
  } catch {
    return null;
  }
}

const kept = (storage) => ({
  read: (key) => reach(storage, (place) => place.getItem(key)),
  write: (key, value) => reach(storage, (place) => (value ? place.setItem(key, value) : place.removeItem(key))),
});

export const choices = kept('localStorage');
export const secrets = kept('sessionStorage');
