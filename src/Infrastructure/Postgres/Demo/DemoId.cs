using System.Security.Cryptography;
using System.Text;

namespace Woflo.Infrastructure.Postgres.Demo;

/// <summary>Ids that are the same on every machine, so that loading again finds what is there.</summary>
internal static class DemoId
{
    public static readonly Guid Organization = Of("organization");

    public static Guid Of(string name)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes("woflo demo shop/" + name)).AsSpan(0, 16);
        bytes[6] = (byte)(bytes[6] & 0x0f | 0x80);
        bytes[8] = (byte)(bytes[8] & 0x3f | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
