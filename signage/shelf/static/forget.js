// Nobody is signed in on this phone: what it kept for a member goes.
import { forget } from './codes.js';

forget();
