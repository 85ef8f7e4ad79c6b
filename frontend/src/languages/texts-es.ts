export { es as page } from "../texts/es";
