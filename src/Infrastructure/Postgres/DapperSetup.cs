using System.Runtime.CompilerServices;
using Dapper;

namespace Woflo.Infrastructure.Postgres;

/// <summary>Columns are written with underscores, properties without: said once, before any reader is made.</summary>
internal static class DapperSetup
{
    [ModuleInitializer]
    internal static void MatchUnderscores() => DefaultTypeMap.MatchNamesWithUnderscores = true;
}
