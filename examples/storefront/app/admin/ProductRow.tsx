'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { Product } from '@/lib/db';

export default function ProductRow({ product }: { product: Product }) {
  const router = useRouter();
  const [price, setPrice] = useState(String(product.price));

  const save = async () => {
    const response = await fetch(`/api/products/${product.id}`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ price: Number(price) }),
    });
    if (!response.ok) alert('Not saved');
    router.refresh();
  };

  const remove = async () => {
    await fetch(`/api/products/${product.id}`, { method: 'DELETE' });
    router.refresh();
  };

  return (
    <li>
      {product.name} <input value={price} onChange={(event) => setPrice(event.target.value)} size={6} />
      <button onClick={save}>Save</button>
      <button onClick={remove}>Delete</button>
    </li>
  );
}
