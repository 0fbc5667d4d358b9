export { default } from '../../items';
