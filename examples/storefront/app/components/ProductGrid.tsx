'use client';

import Link from 'next/link';
import { useEffect, useState } from 'react';
import type { ProductList } from '@/pages/api/products';

export default function ProductGrid() {
  const [page, setPage] = useState(1);
  const [list, setList] = useState<ProductList | null>(null);

  useEffect(() => {
    let current = true;
    fetch(`/api/products?page=${page}`)
      .then((res) => res.json())
      .then((data: ProductList) => {
        if (current) setList(data);
      });
    return () => {
      current = false;
    };
  }, [page]);

  if (!list) return <p>Loading…</p>;

  return (
    <>
      <ul>
        {list.products.map((product) => (
          <li key={product.id}>
            <Link href={`/products/${product.id}`}>{product.name}</Link>, {product.price.toFixed(2)} €
          </li>
        ))}
      </ul>
      <button disabled={page <= 1} onClick={() => setPage(page - 1)}>
        Back
      </button>
      <button disabled={page >= list.pages} onClick={() => setPage(page + 1)}>
        More
      </button>
    </>
  );
}
