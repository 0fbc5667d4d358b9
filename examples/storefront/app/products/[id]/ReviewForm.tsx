export default function ReviewForm({ productId }: { productId: string }) {
  return (
    <form action="/api/reviews" method="post">
      <input type="hidden" name="productId" value={productId} />
      <textarea name="text" placeholder="What do you think?" />
      <button name="stars" value="5">
        I like it
      </button>
      <button name="stars" value="1">
        I do not like it
      </button>
    </form>
  );
}
