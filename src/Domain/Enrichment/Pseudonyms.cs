using System.Security.Cryptography;
using System.Text;

namespace Woflo.Domain.Enrichment;

/// <summary>What an organisation's notes say instead of a person's data: the same for the same value in all its notes, another one in
/// another organisation's, and without the key nothing that could be turned back.</summary>
public sealed class Pseudonyms(byte[] key)
{
    public const int KeyBytes = 32;

    // Enough to tell the people of one note apart. Short on purpose: several values share a pseudonym.
    private const int HexDigits = 4;

    internal string Placeholder(PersonalData kind, string value)
    {
        var hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Redaction.Label(kind)}:{value}"));
        return $"[{Redaction.Label(kind)}-{Convert.ToHexString(hash)[..HexDigits]}]";
    }
}
