using UniRep.Server.Routes;

namespace UniRep.Server.Page;

/// <summary>The page at <c>/</c>: sequences in, vectors, a map, log-probabilities and a mutational scan out.</summary>
internal static class PageRoutes
{
    /// <summary>What the page may do: run and show its own files, and ask its own server. No inline script or style, no
    /// text that becomes HTML, no frame, no form, no other origin.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary>Scripts without a hash in the document are not loaded.</summary>
    public const string IntegrityPolicy = "blocked-destinations=(script)";

    public static IEndpointRouteBuilder MapPage(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("").OpenToAll().ExcludeFromDescription();
        Map(group, "/", PageFiles.Document, isDocument: true);
        foreach (var (name, file) in PageFiles.Others)
        {
            Map(group, $"/page/{name}", file, isDocument: false);
        }

        return app;
    }

    private static void Map(
        IEndpointRouteBuilder group,
        string path,
        PageFile file,
        bool isDocument
    ) =>
        group.MapMethods(
            path,
            [HttpMethods.Get, HttpMethods.Head],
            (HttpContext context) =>
            {
                var headers = context.Response.Headers;
                headers.CacheControl = "no-cache";
                if (isDocument)
                {
                    headers.ContentSecurityPolicy = ContentSecurityPolicy;
                    headers["Integrity-Policy"] = IntegrityPolicy;
                }

                return Results.Bytes(
                    file.Content,
                    file.MediaType,
                    entityTag: new($"\"{file.Hash}\"")
                );
            }
        );
}
