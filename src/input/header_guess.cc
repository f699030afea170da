#include "input/header_guess.h"

#include <algorithm>
#include <array>

#include "input/char_class.h"

namespace mxbulk::input {
namespace {

// Words of column names, in lower case. English first, then German, French, Spanish, Italian,
// Portuguese, Dutch and Polish.
constexpr auto kNameWords = std::to_array<std::string_view>(
    {"id",           "uid",          "uuid",       "guid",         "key",          "no",
     "nr",           "number",       "name",       "firstname",    "lastname",     "fullname",
     "username",     "user",         "login",      "first",        "last",         "middle",
     "given",        "family",       "surname",    "nickname",     "title",        "prefix",
     "suffix",       "salutation",   "gender",     "sex",          "age",          "birthday",
     "birthdate",    "dob",          "phone",      "telephone",    "tel",          "mobile",
     "cell",         "fax",          "street",     "address",      "addresses",    "city",
     "town",         "state",        "province",   "region",       "zip",          "zipcode",
     "postcode",     "postal",       "country",    "company",      "organization", "organisation",
     "department",   "job",          "position",   "role",         "website",      "url",
     "domain",       "language",     "locale",     "timezone",     "currency",     "date",
     "time",         "timestamp",    "created",    "updated",      "modified",     "added",
     "signup",       "joined",       "subscribed", "unsubscribed", "confirmed",    "status",
     "type",         "category",     "group",      "list",         "segment",      "tag",
     "tags",         "source",       "channel",    "campaign",     "score",        "rating",
     "count",        "total",        "amount",     "price",        "orders",       "spent",
     "value",        "notes",        "note",       "comment",      "comments",     "description",
     "consent",      "optin",        "active",     "enabled",      "verified",     "opens",
     "clicks",       "bounced",      "contact",    "contacts",     "customer",     "customers",
     "client",       "clients",      "member",     "members",      "subscriber",   "subscribers",
     "recipient",    "recipients",   "account",    "accounts",     "owner",        "manager",
     "from",         "to",           "cc",         "bcc",          "sender",       "person",
     "people",       "lead",         "leads",      "ip",           "ref",          "hash",
     "code",         "label",        "labels",     "attributes",   "properties",   "vorname",
     "nachname",     "anrede",       "titel",      "firma",        "strasse",      "straße",
     "plz",          "ort",          "stadt",      "land",         "telefon",      "handy",
     "geburtstag",   "geburtsdatum", "datum",      "kunde",        "kunden",       "kundennummer",
     "kontakt",      "kontakte",     "adresse",    "adressen",     "empfänger",    "benutzer",
     "sprache",      "bemerkung",    "prénom",     "prenom",       "nom",          "société",
     "rue",          "ville",        "pays",       "téléphone",    "naissance",    "client",
     "destinataire", "utilisateur",  "langue",     "nombre",       "apellido",     "apellidos",
     "empresa",      "calle",        "ciudad",     "país",         "pais",         "teléfono",
     "fecha",        "cliente",      "clientes",   "usuario",      "dirección",    "cognome",
     "azienda",      "città",        "telefono",   "data",         "utente",       "indirizzo",
     "sobrenome",    "nome",         "cidade",     "telefone",     "endereço",     "voornaam",
     "achternaam",   "bedrijf",      "straat",     "plaats",       "telefoon",     "adres",
     "klant",        "gebruiker",    "imię",       "nazwisko",     "miasto",       "kraj",
     "klient",       "mitglied",     "mitglieder", "teilnehmer",   "abonnent",     "abonnenten",
     "naam"});

bool is_name_word(std::string_view word) {
  return std::find(kNameWords.begin(), kNameWords.end(), word) != kNameWords.end();
}

// The words of a cell: `firstName` and `First Name` give `first`, `name`.
std::vector<std::string> words_of(std::string_view cell) {
  std::vector<std::string> words(1);
  char before = '\0';
  for (const char c : cell) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    const bool was_lower = before >= 'a' && before <= 'z';
    const bool separates = is_ascii(c) && ldh_lower(c) == 0;
    if ((separates || c == '-' || (is_upper && was_lower)) && !words.back().empty()) {
      words.emplace_back();
    }
    if (!separates && c != '-') words.back().push_back(ascii_lower(c));
    before = c;
  }
  return words;
}

// True if a part of it is a host name, as in an address without its `@`.
bool holds_host_name(std::string_view cell) {
  for (size_t dot = cell.find('.'); dot != cell.npos; dot = cell.find('.', dot + 1)) {
    const bool has_label_before = dot > 0 && ldh_lower(cell[dot - 1]) != 0;
    const bool has_label_after =
        dot + 2 < cell.size() && ldh_lower(cell[dot + 1]) != 0 && ldh_lower(cell[dot + 2]) != 0;
    if (has_label_before && has_label_after) return true;
  }
  return false;
}

std::string_view cell_of(const TextRow& row, size_t column) {
  return column < row.size() ? std::string_view(row[column]) : std::string_view();
}

// How certainly the cell is a column name: 2 if all its words are usual in column names, 1 if one
// of them is, as in `Kim Land`.
int name_score(std::string_view cell) {
  if (is_email_name(cell)) return 2;
  const std::vector<std::string> words = words_of(cell);
  constexpr size_t kWordsMax = 6;  // more make a sentence
  if (words.size() > kWordsMax) return 0;
  const auto known = std::count_if(words.begin(), words.end(), is_name_word);
  if (known == 0) return 0;
  return static_cast<size_t>(known) == words.size() ? 2 : 1;
}

// What one cell indicates: above 0 a header, below 0 data.
int score_of_address_cell(std::string_view cell) {
  if (is_empty_cell(cell)) return -1;
  if (holds_host_name(cell) || is_numeric(cell) || says_no_address(cell)) return -2;
  return name_score(cell);
}

int score_of_other_cell(const TextRow& first, const std::vector<TextRow>& rest, size_t column) {
  const std::string_view cell = cell_of(first, column);
  if (is_empty_cell(cell)) return 0;
  if (is_numeric(cell)) return -2;
  size_t filled = 0;
  size_t numeric = 0;
  size_t addresses = 0;
  size_t equal = 0;
  for (const TextRow& row : rest) {
    const std::string_view other = cell_of(row, column);
    if (is_empty_cell(other)) continue;
    ++filled;
    if (is_numeric(other)) ++numeric;
    if (is_address(other)) ++addresses;
    if (other == cell) ++equal;
  }
  if (equal > 0) return -2;
  int score = name_score(cell);
  if (filled == 0) return score;
  if (numeric == filled) ++score;  // and the cell is not a number
  // It is unlikely that one row alone has two bad addresses.
  if (addresses == filled) score += 2;
  return score;
}

// `n/a` and the like, in words: data, whatever the other cells are.
bool says_nothing(std::string_view cell) {
  return !cell.empty() && cell.find_first_not_of(" \t\r\n") != cell.npos && is_empty_cell(cell);
}

// An `@` with text on both sides: an address with other text, JSON or YAML; not a column name.
bool holds_at_sign(std::string_view cell) {
  const size_t at = cell.find('@');
  return at != cell.npos && at > 0 && at + 1 < cell.size() && is_atext(cell[at - 1]) &&
         (ldh_lower(cell[at + 1]) != 0 || !is_ascii(cell[at + 1]));
}

}  // namespace

bool is_numeric(std::string_view cell) {
  bool has_digit = false;
  for (const char c : cell) {
    has_digit |= is_digit(c);
    const bool may_stand =
        is_digit(c) || std::string_view(" .,:;/+-()$%TZ").find(c) != std::string_view::npos;
    if (!may_stand) return false;
  }
  return has_digit;
}

bool is_header(const TextRow& first, const std::vector<TextRow>& rest, size_t column) {
  if (std::any_of(first.begin(), first.end(), is_address)) return false;
  if (std::any_of(first.begin(), first.end(), holds_at_sign)) return false;
  const std::string_view address_cell = cell_of(first, column);
  if (address_cell.find('@') != address_cell.npos) return false;
  // `contact.email` is a name, `bob.email.org` is an address without its `@`.
  const std::string_view last_word = address_cell.substr(address_cell.rfind('.') + 1);
  if (is_email_name(last_word)) return true;
  if (says_nothing(address_cell)) return false;
  int score = column == std::string_view::npos ? 0 : score_of_address_cell(address_cell);
  for (size_t i = 0; i < first.size(); ++i) {
    if (i != column) score += score_of_other_cell(first, rest, i);
  }
  constexpr int kSure = 2;  // one name, or two hints
  return score >= kSure;
}

}  // namespace mxbulk::input
