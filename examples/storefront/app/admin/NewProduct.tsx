'use client';

import { useRouter } from 'next/navigation';
import type { FormEvent } from 'react';

export default function NewProduct() {
  const router = useRouter();

  async function create(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);

    const response = await fetch('/api/products', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: data.get('name'), price: Number(data.get('price')) }),
    });
    if (!response.ok) {
      const { errors } = await response.json();
      alert(Object.values(errors).join('\n'));
      return;
    }

    form.reset();
    router.refresh();
  }

  return (
    <form onSubmit={create}>
      <input name="name" placeholder="Name" />
      <input name="price" type="number" step="0.01" placeholder="Price" />
      <button>Add</button>
    </form>
  );
}
