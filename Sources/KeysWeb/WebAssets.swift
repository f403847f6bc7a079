/// The files of the web page, as they are in `Assets`, embedded in the program.
public enum WebAssets {
    /// `index.html`: the page that `/` shows to browsers.
    public static var page: [UInt8] { PackageResources.index_html }

    /// `app.js`: what the page does.
    public static var script: [UInt8] { PackageResources.app_js }

    /// `style.css`: the style of all pages, light and dark.
    public static var styleSheet: [UInt8] { PackageResources.style_css }
}
