// Opens a protected report: the key is made of the password, the text decrypted, unpacked and put
// in the place of this document. The address stays, so permalinks into the report work.
(() => {
  "use strict";
  const form = document.getElementById("unlock");
  const said = document.getElementById("said");
  const sealed = document.getElementById("sealed");
  const field = document.getElementById("password");
  const button = form.querySelector("button");

  if (!(window.crypto && crypto.subtle && window.DecompressionStream)) {
    said.textContent = "This browser cannot open it here. Take a recent one, and an address that " +
      "begins with https: or a file on your machine.";
    return;
  }
  form.hidden = false;
  said.textContent = "";
  field.focus();

  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  async function opened(password) {
    const known = new TextEncoder().encode(password.normalize("NFKC"));
    const secret = await crypto.subtle.importKey("raw", known, "PBKDF2", false, ["deriveKey"]);
    const key = await crypto.subtle.deriveKey(
      { name: "PBKDF2", hash: "SHA-256", salt: bytes(sealed.dataset.salt),
        iterations: Number(sealed.dataset.rounds) },
      secret, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
    const packed = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: bytes(sealed.dataset.nonce) }, key, bytes(sealed.textContent));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    said.textContent = "Opening …";
    let html;
    try {
      html = await opened(field.value);
    } catch (error) {
      said.textContent = error.name === "OperationError"
        ? "That is not the password." : "The file is damaged: " + error.message;
      button.disabled = false;
      field.select();
      return;
    }
    document.open();
    document.write(html);
    document.close();
  });
})();
