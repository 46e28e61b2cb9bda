/** The API's own description, as Swagger UI shows it. */
window.SwaggerUIBundle({ url: "openapi.json", dom_id: "#documentation", deepLinking: true, validatorUrl: null });
