'use client';

import { useState } from 'react';

type Props = { productId: string; initiallySaved: boolean };

export default function WishlistButton({ productId, initiallySaved }: Props) {
  const [saved, setSaved] = useState(initiallySaved);
  const [failed, setFailed] = useState(false);

  async function toggle() {
    const res = await fetch(`/api/wishlist/${productId}`, { method: 'POST' });
    setFailed(!res.ok);
    if (res.ok) {
      const data = await res.json();
      setSaved(data.saved);
    }
  }

  return (
    <p>
      <button onClick={toggle}>{saved ? 'On your wishlist' : 'Add to wishlist'}</button>
      {failed && <span role="alert"> That did not work.</span>}
    </p>
  );
}
