// What looks at `req` before a handler does.
export { default as checkUser } from './auth';
export { default as onlyOwner } from './owner';
