'use client';

import { useState } from 'react';

export default function CartButton({ productId }: { productId: string }) {
  const [message, setMessage] = useState('');

  function add() {
    fetch('/api/cart', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ productId, quantity: 1 }),
    })
      .then((res) => res.json())
      .then((data) => setMessage(data.message))
      .catch(() => setMessage('That did not work.'));
  }

  return (
    <p>
      <button onClick={add}>Add to cart</button> <span role="status">{message}</span>
    </p>
  );
}
